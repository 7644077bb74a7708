"""What tools/make_gallery.py is made of: pictures of clips, people, fixtures and products, and the page."""

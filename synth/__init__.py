"""What happens in a store and what is recorded of it: shoppers, ledger, pictures, scales, datasets."""

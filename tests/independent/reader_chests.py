"""Finds hands in chest freezers that do not get there: of people too small to bend so far, or seated."""

from tests.independent.reader_files import Clip


def keep_out_of_chests(clip: Clip) -> list[str]:
    """Hold whatever happens in the slots of chests against how tall people are and how they get about."""
    kind = {fixture["name"]: fixture["kind"] for fixture in clip.floor_plan["fixtures"]}
    inside = {f"slot:{row['slot']}" for row in clip.planogram if kind[row["fixture"]] == "chest"}
    hindered = {
        person["trip_code"]
        for person in clip.about["people"]
        if person["mobility"] in ("wheelchair", "carrying", "carried") or person["stature_m"] < 1.45
    }
    return [
        f"chests: event {event['event_id']} ({event['kind']}) has {event['trip_code']} bend over the rim"
        for event in clip.events
        if event["trip_code"] in hindered and {event["from_place"], event["to_place"]} & inside
    ]

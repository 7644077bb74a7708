import json
import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from scenes import scenario
from scenes.config import models as config
from scenes.config.keys import KEYS, SECTION_SPECS
from scenes.config.loader import list_presets, load_config
from scenes.config.models import ScenarioConfig, make_json_schema, render_docs
from scenes.distributions import Choice, Constant, Distribution, NegativeBinomial, Normal, Poisson, Uniform

ROOT = Path(__file__).resolve().parents[3]


def read(**sections):
    return ScenarioConfig.model_validate({"name": "test", "natural": {"name": "natural"}, **sections})


def test_every_field_of_the_dataclasses_is_a_key_with_help_default_and_limits():
    for section, spec in SECTION_SPECS.items():
        for name, field in spec.__dataclass_fields__.items():
            key = KEYS[f"{section}.{name}"]
            assert key.help.endswith("."), key.path
            if key.kind in ("number", "whole number"):
                assert key.ge is not None, key.path
                assert key.le is not None, key.path
            default = field.default
            expected = default if isinstance(default, Distribution) else Constant(default)
            assert getattr(getattr(read(), section), name) == expected


def test_sections_are_those_of_the_scenario():
    sections = [
        name for name, field in scenario.Scenario.__dataclass_fields__.items() if name in SECTION_SPECS
    ]
    assert sections == list(SECTION_SPECS)
    assert all(scenario.Scenario.__annotations__[name] is SECTION_SPECS[name] for name in sections)


def test_values_become_distributions_of_the_right_kind():
    c = read(
        shoppers={"count": {"uniform": [1, 4]}, "speed_mps": 1},
        store={
            "width_m": {"uniform": [7, 9]},
            "depth_m": {"normal": {"mean": 8, "std": 1}},
            "end_caps": {"choice": {True: 0.5, False: 0.5}},
        },
    )
    assert c.shoppers.count == Uniform(1, 4, integer=True)
    assert c.shoppers.speed_mps == Constant(1.0)
    assert c.store.width_m == Uniform(7.0, 9.0)
    assert c.store.depth_m == Normal(8.0, 1.0, 4, 60)
    assert c.store.end_caps == Choice((True, False), (0.5, 0.5))


def test_counts_are_censored_at_the_limits_of_their_key():
    c = read(shoppers={"count": {"poisson": 4}, "extra_items": {"neg_binomial": {"mean": 3, "r": 2}}})
    assert c.shoppers.count == Poisson(4.0, low=0, high=300)
    assert c.shoppers.extra_items == NegativeBinomial(3.0, 2.0, low=0, high=60)


def test_config_is_frozen_and_complete():
    c = read()
    with pytest.raises(ValidationError):
        c.name = "other"
    with pytest.raises(ValidationError):
        c.clip.fps = Constant(3.0)
    assert set(c.distributions()) == set(KEYS)


@pytest.mark.parametrize("preset", list_presets())
def test_config_survives_json_and_pickle(preset):
    c = load_config(preset)
    again = ScenarioConfig.model_validate(json.loads(json.dumps(c.model_dump(mode="json"))))
    assert again == c
    assert again.sha256 == c.sha256
    assert pickle.loads(pickle.dumps(c)) == c


def test_hash_follows_what_decides_the_clips():
    base = load_config("everyday")
    assert load_config("everyday", ["description=other words"]).sha256 == base.sha256
    assert load_config("everyday", ["clip.fps=9"]).sha256 != base.sha256
    assert load_config("everyday", ["natural=evening_rush"]).sha256 != base.sha256


def test_json_schema_accepts_presets_and_refuses_what_the_loader_refuses():
    from ruamel.yaml import YAML

    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not a dependency of the project")
    validator = jsonschema.Draft202012Validator(make_json_schema())
    validator.check_schema(validator.schema)
    for preset in list_presets():
        text = (ROOT / "scenes" / "presets" / f"{preset}.yaml").read_text(encoding="utf-8")
        # Editors see JSON: keys are text.
        document = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))
        assert list(validator.iter_errors(document)) == []
    for wrong in (
        {"clip": {"fps": 0}},
        {"clip": {"fsp": 3}},
        {"store": {"floor": "tiles"}},
        {"shoppers": {"count": {"uniform": [1, 400]}}},
        {"shoppers": {"count": {"uniform": [1]}}},
        {"store": {"width_m": {"normal": {"mean": 8}}}},
    ):
        assert list(validator.iter_errors(wrong)), wrong


def test_json_schema_tells_editors_defaults_and_help():
    section = make_json_schema()["$defs"]["ShoppersConfig"]["properties"]
    assert section["count"]["default"] == 6
    assert section["group_size"]["default"] == {"choice": {"1": 0.62, "2": 0.26, "3": 0.08, "4": 0.04}}
    assert section["speed_mps"]["description"] == KEYS["shoppers.speed_mps"].help


def test_reference_page_is_what_the_generator_gives():
    page = ROOT / "docs" / "scenario-reference.md"
    assert page.read_text(encoding="utf-8") == render_docs(), "write it anew with 'make docs'"
    for key in KEYS.values():
        assert f"| `{key.name}` |" in render_docs()


def test_models_can_be_found_where_pickle_looks_for_them():
    for spec in SECTION_SPECS.values():
        name = spec.__name__.replace("Spec", "Config")
        assert getattr(config, name).__name__ == name

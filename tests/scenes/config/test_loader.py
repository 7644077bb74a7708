import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from scenes.config.loader import MAX_EXTENDS, list_presets, load_config
from scenes.distributions import Constant, Poisson, Uniform
from scenes.errors import ConfigError


@pytest.fixture
def write(tmp_path):
    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def test_presets_are_the_promised_ones():
    promised = {"everyday", "coach_party", "wrong_shelf", "lamp_failure", "evening_rush", "empty_handed"}
    promised |= {"weight_twins", "same_product", "crossing_hands", "passed_on", "held_long", "one_grab"}
    promised |= {"quick_hands", "touching", "left_on_floor", "changed_minds", "eaten_here", "fogged_camera"}
    promised |= {"fogged_freezer", "half_dark"}
    promised |= {"dirty_lens", "knocked_camera", "camera_outage", "fisheye_domes"}
    promised |= {"messy_shelves"}
    promised |= {"crowd_surge", "evacuation", "faulty_scales", "in_the_way"}
    promised |= {"late_and_again", "lost_frames", "miscounted_gate", "on_wheels", "full_baskets"}
    promised |= {"staff_at_work", "tailgating", "restocking", "cleaning", "leaning", "look_alikes"}
    promised |= {"large_items", "child_helps", "on_the_arm", "rainy_day", "weighed_goods"}
    promised |= {
        "brought_along",
        "other_bags",
        "changed_bags",
        "swapped_coats",
        "comparing",
        "mishaps",
        "left_about",
        "reading_labels",
    }
    promised |= {"stadium_kiosk", "airport_grab_and_go", "micro_market"}
    assert set(list_presets()) == promised


def test_file_name_is_the_default_name(write):
    assert load_config(write("my lab.v2.yaml", "clip: {fps: 5}\n")).name == "my_lab_v2"
    assert load_config(write("a.yaml", "name: other\n")).name == "other"


def test_extends_merges_sections_and_replaces_values_whole(write):
    write("base.yaml", "name: base\nstore: {width_m: {uniform: [7, 9]}, depth_m: 7}\nclip: {fps: 4}\n")
    config = load_config(
        write("top.yaml", "extends: base.yaml\nstore: {width_m: 8.5}\nclip: {duration_s: 3}\n")
    )
    assert config.name == "top"
    assert config.store.width_m == Constant(8.5)
    assert config.store.depth_m == Constant(7.0)
    assert config.clip.fps == Constant(4.0)
    assert config.clip.duration_s == Constant(3.0)


def test_a_distribution_does_not_mix_with_the_one_below_it(write):
    write("base.yaml", "shoppers: {count: {uniform: [1, 3]}}\n")
    config = load_config(write("top.yaml", "extends: base.yaml\nshoppers: {count: {poisson: 5}}\n"))
    assert config.shoppers.count == Poisson(5.0, low=0, high=300)


def test_relative_paths_start_at_the_file_that_states_them(write):
    write("deep/nature.yaml", "shoppers: {count: {poisson: 2}}\n")
    write("deep/base.yaml", "extends: everyday\nnatural: nature.yaml\n")
    config = load_config(write("top.yaml", "extends: deep/base.yaml\n"))
    assert config.natural.name == "nature"
    assert config.natural.shoppers.count == Poisson(2.0, low=0, high=300)


def test_natural_is_everyday_unless_said_otherwise(write):
    assert load_config(write("a.yaml", "clip: {fps: 5}\n")).natural == load_config("everyday").natural


def test_overrides_win_and_take_yaml(write):
    path = write("a.yaml", "shoppers: {count: 3}\n")
    config = load_config(
        path, ["shoppers.count={uniform: [2, 4]}", "clip.fps=6", "name=b", "store={depth_m: 9}"]
    )
    assert config.shoppers.count == Uniform(2, 4, integer=True)
    assert config.clip.fps == Constant(6.0)
    assert config.name == "b"
    assert config.store.depth_m == Constant(9.0)
    assert load_config(path, ["clip.fps=6", "clip.fps=7"]).clip.fps == Constant(7.0)


def test_anchors_aliases_and_merge_keys(write):
    text = "clip: &c {fps: 5, duration_s: 4}\nstore: {width_m: &w {uniform: [7, 9]}, depth_m: *w}\n"
    config = load_config(write("a.yaml", text))
    assert config.store.depth_m == Uniform(7.0, 9.0)
    merged = load_config(write("b.yaml", "clip:\n  <<: {fps: 5, duration_s: 4}\n  fps: 6\n"))
    assert merged.clip.fps == Constant(6.0)
    assert merged.clip.duration_s == Constant(4.0)


def test_a_byte_order_mark_is_no_harm(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfclip: {fps: 5}\n")
    assert load_config(path).clip.fps == Constant(5.0)


def test_errors_name_the_file_that_is_wrong(write):
    base = write("base.yaml", "clip:\n  fps: 900\n")
    top = write("top.yaml", "extends: base.yaml\n\nstore:\n  widht_m: 3\n")
    with pytest.raises(ConfigError) as caught:
        load_config(top)
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert any(line.startswith(f"{base}:2:8: clip.fps: expected a number from 1 to 60") for line in lines)
    assert any(line.startswith(f"{top}:4:3: store.widht_m:") and "'width_m'" in line for line in lines)


def test_errors_of_the_natural_scenario_are_told_too(write):
    nature = write("nature.yaml", "clip: {fps: 900}\n")
    with pytest.raises(ConfigError, match=f"{nature.name}:1:13: clip.fps"):
        load_config(write("top.yaml", "natural: nature.yaml\n"))


def test_circles_are_found(write):
    write("a.yaml", "extends: b.yaml\n")
    path = write("b.yaml", "extends: a.yaml\n")
    with pytest.raises(ConfigError, match=r"a.yaml:1:10: extends: .*circle .*b.yaml -> .*a.yaml -> .*b.yaml"):
        load_config(path)


def test_long_chains_are_refused(write):
    write("0.yaml", "clip: {fps: 5}\n")
    for number in range(1, MAX_EXTENDS + 1):
        path = write(f"{number}.yaml", f"extends: {number - 1}.yaml\n")
    assert load_config(path.with_name(f"{MAX_EXTENDS - 1}.yaml")).clip.fps == Constant(5.0)
    with pytest.raises(ConfigError, match=f"extends: expected at most {MAX_EXTENDS} scenarios in a row"):
        load_config(path)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("clip.fps", "--set clip.fps: expected key=value such as shoppers.count=3"),
        ("clip.fps=", "--set clip.fps=: expected a value after '='"),
        ("clip.fsp=3", "--set clip.fsp=3: unknown key 'clip.fsp'; did you mean 'clip.fps'?"),
        ("clip.fps=fast", "--set clip.fps=fast: clip.fps: expected a number from 1 to 60"),
        ("clip.fps=[", "--set clip.fps=[: expected valid YAML"),
        ("extends=everyday", "--set extends=everyday: extends cannot be set"),
        (
            "shoppers.count={uniform: [1, 400]}",
            "shoppers.count.uniform[1]: expected a whole number from 0 to 300",
        ),
        ("natural=everday", "--set natural=everday: natural: expected a scenario file or one of the presets"),
    ],
)
def test_errors_name_the_override(override, message):
    with pytest.raises(ConfigError) as caught:
        load_config("everyday", [override])
    assert message in str(caught.value)


def test_unknown_presets_get_the_nearest_name():
    with pytest.raises(ConfigError, match="got 'coachparty'; did you mean 'coach_party'?"):
        load_config("coachparty")
    with pytest.raises(ConfigError, match="got 'missing.yaml': no such file"):
        load_config("missing.yaml")


@contextmanager
def somebody_who_may_not_read_everything():
    """Root reads what nobody may: be somebody else for a while."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_unreadable_file():
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others as a whole
        os.chmod(folder, 0o755)
        path = Path(folder) / "a.yaml"
        path.write_text("clip: {fps: 5}\n")
        path.chmod(0)
        list_presets()  # they may lie where only root comes, and are known from then on
        with (
            somebody_who_may_not_read_everything(),
            pytest.raises(ConfigError, match="cannot read .*a.yaml: Permission denied"),
        ):
            load_config(path)


def test_all_errors_are_listed_in_the_order_of_the_text(write):
    path = write("a.yaml", "store:\n  floor: tiles\nclip:\n  fps: 0\n  duration_s: x\nshopers: {}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    places = [line.split(": ")[0].removeprefix(f"{path}:") for line in str(caught.value).splitlines()]
    assert places == ["2:10", "4:8", "5:15", "6:1"]


def test_gondolas_asked_of_a_shop_with_tables_are_refused_where_they_are_asked(write):
    path = write(
        "shop.yaml", "store:\n  format: {choice: {stadium: 0.5, micro_market: 0.5}}\n  end_caps: true\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_config(path, ["store.gondola_height_m=1.7"])
    first, second = sorted(str(caught.value).splitlines())
    assert first.startswith("--set store.gondola_height_m=1.7: store.gondola_height_m: expected a shop with")
    assert second.startswith(f"{path}:3:3: store.end_caps: expected a shop with gondolas, got store.format")
    assert "leave end_caps out, or choose one of convenience, supermarket, kiosk" in second
    # Presets hold these keys for the formats that they mix, and to want no end caps is no contradiction.
    assert load_config("everyday", ["store.format=stadium", "store.end_caps=false"])
    assert load_config(path, ["store.format=kiosk", "store.gondola_height_m=1.7"])


def test_freezers_and_pegs_asked_of_bare_walls_are_refused_where_they_are_asked(write):
    path = write("shop.yaml", "store:\n  wall_shelves: false\n  freezers: {uniform: [0, 0.3]}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(path, ["store.pegs=0.2"])
    first, second = sorted(str(caught.value).splitlines())
    assert first.startswith(
        "--set store.pegs=0.2: store.pegs: expected shelving along the walls, got store.wall"
    )
    assert second.startswith(f"{path}:3:3: store.freezers: expected shelving along the walls")
    assert load_config(path, ["store.freezers=0"])
    assert load_config(path, ["store.wall_shelves=true", "store.pegs=0.2"])
    # Presets mix shops with freezers in.
    assert load_config("everyday", ["store.wall_shelves=false"])

"""Broken scenario files through the command line: each its message, exit code 3, and never a traceback."""

import pytest

from cli.main import run

NUMBER_FORM = "or a distribution, got"

# name: (content, what the error has to say after "<file>:")
BAD = {
    "empty": ("", "1:1: expected a scenario, got an empty file"),
    "comment only": ("# nothing yet\n", "1:1: expected a scenario, got an empty file"),
    "list": ("- a\n- b\n", "1:1: expected a mapping of keys such as 'shoppers:', got a list"),
    "scalar": ("everyday\n", "1:1: expected a mapping of keys such as 'shoppers:', got 'everyday'"),
    "tab": ("clip:\n\tfps: 10\n", "2:1: expected spaces for indentation, got a tab"),
    "unclosed": ("clip: {fps: 10\n", "2:1: expected valid YAML, got a syntax error"),
    "two colons": ("clip:\n  fps: 10: 20\n", "2:10: expected valid YAML, got a syntax error"),
    "bad indentation": ("clip:\n  fps: 10\n duration_s: 3\n", "3:2: expected valid YAML"),
    "duplicate key": ("clip:\n  fps: 10\n  fps: 12\n", "3:3: duplicate key 'fps', first given at"),
    "duplicate section": ("clip: {fps: 9}\nclip: {fps: 8}\n", "2:1: duplicate key 'clip', first given at"),
    "two documents": ("clip: {fps: 9}\n---\nclip: {}\n", "2:1: expected a single YAML document"),
    "undefined alias": (
        "clip: {fps: *speed}\n",
        "1:13: expected valid YAML, got a syntax error: found undefined",
    ),
    "python tag": ("clip: !python/object {fps: 3}\n", "1:7: expected no tag, got '!python/object'"),
    "own tag": ("clip: {fps: !speed 3}\n", "1:13: expected no tag, got '!speed'"),
    "endless alias": ("clip: &c {fps: *c}\n", "1:7: expected a scenario nested at most 20 deep"),
    "alias bomb": (
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
        "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n",
        "expected a scenario nested at most 20 deep with at most 20000 values",
    ),
    "deep": ("[" * 3000, "1:1: expected a scenario nested at most 20 deep"),
    "number as key": ("clip: {1: x}\n", "1:8: expected a key such as 'shoppers', got 1"),
    "list as key": ("? [a]\n: 3\n", "1:3: expected a plain key, got a list or a mapping as key"),
    "control character": ("clip: {fps: \x00}\n", "1:13: expected text, got the control character"),
    "infinite": ("clip:\n  fps: .inf\n", f"2:8: clip.fps: expected a number from 1 to 60 {NUMBER_FORM} inf"),
    "not a number": (
        "clip: {duration_s: .nan}\n",
        "1:20: clip.duration_s: expected a number from 0.5 to 3600",
    ),
    "text for number": (
        "shoppers: {count: many}\n",
        f"1:19: shoppers.count: expected a whole number from 0 to 300 {NUMBER_FORM} the text 'many'",
    ),
    "quoted number": ("clip: {fps: '10'}\n", "got the text '10'; write it without quotes"),
    "bool for number": ("shoppers: {count: true}\n", "1:19: shoppers.count: expected a whole number"),
    "number for bool": ("store: {end_caps: 1}\n", "1:19: store.end_caps: expected true or false"),
    "yes for true": ("store: {end_caps: yes}\n", "got the text 'yes'; did you mean true?"),
    "fraction of a person": (
        "shoppers: {count: 2.5}\n",
        f"expected a whole number from 0 to 300 {NUMBER_FORM} 2.5",
    ),
    "out of range": ("cameras:\n  count: 9\n", "2:10: cameras.count: expected a whole number from 2 to 8"),
    "hotter than anywhere": (
        "shoppers: {dressed_for_c: 60}\n",
        f"1:27: shoppers.dressed_for_c: expected a number from -40 to 50 {NUMBER_FORM} 60",
    ),
    "a season by name": (
        "shoppers: {dressed_for_c: winter}\n",
        f"1:27: shoppers.dressed_for_c: expected a number from -40 to 50 {NUMBER_FORM} the text 'winter'",
    ),
    "odd width": (
        "cameras: {width_px: 321}\n",
        "1:21: cameras.width_px: expected a multiple of 2 from 64 to 1920",
    ),
    "varied width": (
        "cameras: {width_px: {uniform: [320, 640]}}\n",
        "a constant or a choice of multiples of 2",
    ),
    "nothing": (
        "store: {width_m: }\n",
        f"1:17: store.width_m: expected a number from 4 to 60 {NUMBER_FORM} nothing",
    ),
    "empty section": ("store:\nclip: {fps: 9}\n", "store: expected keys such as 'format:', got nothing"),
    "section as number": ("store: 3\n", "1:8: store: expected keys such as 'format:', got 3"),
    "list for number": ("store: {width_m: [7, 9]}\n", "1:18: store.width_m: expected a number from 4 to 60"),
    "unknown section": ("shopers: {count: 3}\n", "1:1: shopers: expected one of the keys name,"),
    "unknown section, hint": ("shopers: {count: 3}\n", "got 'shopers'; did you mean 'shoppers'?"),
    "unknown key": ("shoppers: {cuont: 3}\n", "1:12: shoppers.cuont: expected one of the keys count,"),
    "unknown key, hint": ("shoppers: {cuont: 3}\n", "got 'cuont'; did you mean 'count'?"),
    "key at the top": ("fps: 3\n", "1:1: fps: expected one of the keys"),
    "key of another section": ("clip: {floor: tile}\n", "got 'floor'; it belongs to store.floor"),
    "unknown name": ("store: {floor: tiles}\n", "got the text 'tiles'; did you mean 'tile'?"),
    "unknown choice": (
        "store: {floor: {choice: {tiles: 1}}}\n",
        "1:26: store.floor.choice.tiles: expected one of",
    ),
    "unknown distribution": (
        "store: {width_m: {unifrom: [7, 9]}}\n",
        "got 'unifrom'; did you mean 'uniform'?",
    ),
    "numbers for names": ("store: {floor: {uniform: [1, 2]}}\n", "got the distribution 'uniform' of numbers"),
    "two distributions": (
        "store: {width_m: {uniform: [7, 9], poisson: 8}}\n",
        "got the keys uniform, poisson",
    ),
    "empty distribution": ("store: {width_m: {}}\n", "got an empty mapping"),
    "sum below 1": (
        "store: {floor: {choice: {tile: 0.5, vinyl: 0.3}}}\n",
        "probabilities that sum to 1, got a sum of 0.8",
    ),
    "negative probability": (
        "store: {floor: {choice: {tile: 1.5, vinyl: -0.5}}}\n",
        "store.floor.choice.vinyl: expected a probability",
    ),
    "no choices": (
        "store: {floor: {choice: {}}}\n",
        "store.floor.choice: expected {choice: {a: 0.7, b: 0.3}}",
    ),
    "choices as list": ("store: {floor: {choice: [tile, vinyl]}}\n", "store.floor.choice: expected {choice:"),
    "low above high": (
        "store: {width_m: {uniform: [9, 7]}}\n",
        "1:18: store.width_m: expected [low, high] with low < high, got [9, 7]",
    ),
    "min above max": (
        "store: {width_m: {normal: {mean: 9, std: 1, min: 12, max: 8}}}\n",
        "expected min < max, got min 12 and max 8",
    ),
    "support beyond limits": (
        "shoppers: {count: {uniform: [100, 400]}}\n",
        "1:35: shoppers.count.uniform[1]: expected a whole number from 0 to 300, got 400",
    ),
    "mean beyond limits": (
        "shoppers: {count: {poisson: 4000}}\n",
        "expected a mean from 0 to 300, the key's limits, got 4000",
    ),
    "one bound": (
        "store: {width_m: {uniform: [7]}}\n",
        "expected two numbers, {uniform: [low, high]}, got fewer",
    ),
    "three bounds": (
        "store: {width_m: {uniform: [7, 8, 9]}}\n",
        "1:28: store.width_m.uniform: expected {uniform: [low, high]}, got a list of 3",
    ),
    "no spread": (
        "store: {width_m: {normal: {mean: 9, std: 0}}}\n",
        "1:42: store.width_m.normal.std: expected a number above 0, got 0",
    ),
    "no mean": (
        "store: {width_m: {normal: {std: 1}}}\n",
        "store.width_m.normal.mean: expected a value for 'mean'",
    ),
    "misspelt mean": ("store: {width_m: {normal: {mena: 9, std: 1}}}\n", "got 'mena'; did you mean 'mean'?"),
    "normal far away": (
        "store: {width_m: {normal: {mean: 900, std: 1}}}\n",
        "less than a billionth lies in [4, 60]",
    ),
    "logarithm of 0": (
        "sensors: {noise_g: {log_uniform: [0, 2]}}\n",
        "expected log_uniform to begin above 0, got 0",
    ),
    "negative count": (
        "shoppers: {count: {poisson: -2}}\n",
        "shoppers.count.poisson: expected a number above 0, got -2",
    ),
    "no dispersion": (
        "shoppers: {count: {neg_binomial: {mean: 3}}}\n",
        "shoppers.count.neg_binomial.r: expected a value for 'r'",
    ),
    "currency": (
        "catalogue: {currency: euro}\n",
        "1:23: catalogue.currency: expected text of the form [A-Z]{3}",
    ),
    "bad name": ("name: a/b\n", "1:7: name: expected letters, digits, '-' and '_'"),
    "number as name": ("name: 3\n", "1:7: name: expected letters, digits"),
    "list as description": ("description: [1]\n", "1:14: description: expected text, got a list of 1"),
    "unknown preset": ("extends: evryday\n", "1:10: extends: expected a scenario file or one of the presets"),
    "missing parent": (
        "extends: gone.yaml\n",
        "1:10: extends: expected a scenario file, got 'gone.yaml': no such file",
    ),
    "two parents": ("extends: [everyday]\n", "1:10: extends: expected a preset or a relative path"),
    "itself": ("extends: bad.yaml\n", "1:10: extends: expected scenarios that end somewhere, got the circle"),
    "unknown natural": ("natural: everday\n", "got 'everday'; did you mean 'everyday'?"),
    "list of naturals": ("natural: [everyday]\n", "1:10: natural: expected a preset or a relative path"),
    "giant number": ("shoppers: {count: 1" + "0" * 5000 + "}\n", "1:19: expected a value that fits its tag"),
    "huge file": (
        "#" * 1_100_000,
        "1:1: expected a scenario of at most 1,000,000 bytes, got 1,100,000 bytes",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_each_bad_file_has_its_message(name, tmp_path, monkeypatch, capsys):
    content, expected = BAD[name]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.yaml").write_text(content, encoding="utf-8")
    assert run(["validate", "bad.yaml"]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: bad.yaml:")
    assert expected in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (bytes(range(256)), "bad.yaml:2:118: expected text in UTF-8, got the byte 0x80"),
        ("description: café\n".encode("latin-1"), "bad.yaml:1:17: expected text in UTF-8, got the byte 0xe9"),
        (b"\x7fELF\x02\x01\x01\x00\xff", "bad.yaml:1:9: expected text in UTF-8, got the byte 0xff"),
    ],
)
def test_binary_files(content, expected, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.yaml").write_bytes(content)
    assert run(["validate", "bad.yaml"]) == 3
    assert expected in capsys.readouterr().err


def test_folders_and_missing_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.yaml").mkdir()
    assert run(["validate", "folder.yaml"]) == 3
    assert "expected a scenario file, got the folder folder.yaml" in capsys.readouterr().err
    assert run(["validate", "gone.yaml"]) == 3
    assert "expected a scenario file, got 'gone.yaml': no such file" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["plan", "generate"])
def test_every_command_that_reads_scenarios_ends_the_same_way(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.yaml").write_text("clip: {fps: 0}\n", encoding="utf-8")
    options = ["-o", "out"] if command == "generate" else []
    assert run([command, "bad.yaml", *options]) == 3
    error = capsys.readouterr().err
    assert (
        error == "error: bad.yaml:1:13: clip.fps: expected a number from 1 to 60 or a distribution, got 0\n"
    )
    assert not (tmp_path / "out").exists()


def test_several_errors_of_several_files_are_all_listed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("clip: {fps: 0, duration_s: x}\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("shopers: 3\n", encoding="utf-8")
    assert run(["validate", "a.yaml", "everyday", "b.yaml"]) == 3
    captured = capsys.readouterr()
    assert [line.split(": ")[1] for line in captured.err.splitlines()] == [
        "a.yaml:1:13",
        "a.yaml:1:28",
        "b.yaml:1:1",
    ]
    assert captured.out.startswith("everyday: valid")

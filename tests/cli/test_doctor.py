import json
import subprocess

from cli import doctor
from cli.doctor import check_assets, check_libraries, check_packages, check_rendering
from cli.main import run


def test_this_machine_is_ready_or_says_what_to_do(tmp_path, capsys):
    code = run(["doctor", "--folder", str(tmp_path / "not" / "yet"), "--json"])
    content = json.loads(capsys.readouterr().out)
    missing = [check for check in content["checks"] if check["status"] == "missing"]
    assert code == (1 if missing else 0)
    assert content["ready"] is (not missing)
    names = {check["name"] for check in content["checks"]}
    assert {"Python", "numpy", "torch", "rendering", "H.264 encoder", "FFV1 encoder", "free disk"} <= names
    assert {"body asset", "default refiner", "presets", "s3fs", "CPU cores", "libEGL"} <= names


def test_missing_packages_and_libraries_come_with_the_command(tmp_path, monkeypatch, capsys):
    versions = {name: "1.0" for name in doctor.REQUIRED if name != "kornia"}
    monkeypatch.setattr(doctor, "_version", versions.get)
    monkeypatch.setattr(doctor, "_loads", lambda name: name != "EGL")
    monkeypatch.setattr(doctor, "CHECKS", (check_packages, check_libraries))
    assert run(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "kornia: pip install kornia" in out
    assert "apt-get install --no-install-recommends libegl1 libgl1 libxrender1" in out
    assert out.endswith("missing: kornia, libEGL, system packages\n")


def test_a_driver_that_fails_or_hangs_is_told(tmp_path, monkeypatch):
    def fail(*arguments, **options):
        return subprocess.CompletedProcess(arguments, 1, "", "Traceback\nImportError: no EGL\n")

    monkeypatch.setattr(doctor.subprocess, "run", fail)
    (check,) = check_rendering(tmp_path)
    assert (check.status, check.found) == ("missing", "ImportError: no EGL")
    assert "libegl1 libgl1 libxrender1" in check.remedy

    def hang(*arguments, **options):
        raise subprocess.TimeoutExpired("probe", 60)

    monkeypatch.setattr(doctor.subprocess, "run", hang)
    (check,) = check_rendering(tmp_path)
    assert (check.status, check.found) == ("missing", "no picture within 60 s")


def test_missing_assets_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.resources, "files", lambda package: tmp_path)
    assert [check.status for check in check_assets(tmp_path)] == ["missing"] * 3


def test_a_full_disk_is_a_note(tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 10**8})
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: usage)
    (check,) = doctor.check_disk(tmp_path)
    assert check.status == "note"
    assert check.found.startswith("0.1 GB at ")

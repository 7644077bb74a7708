"""Proves that the refiner's certificate is complete, consistent and within the limits it promises.

In: certificate.json and clip.json. Out: findings.
"""

from dataclasses import fields
from typing import Any

from synth.certificate_limits import ARITHMETIC_SLACK, LINEAR_NORM_MAX, RESIDUAL_MAX, TAU_MAX
from synth.records import FrameCertificate
from synth.schema import CERTIFICATE_JSON, json_problems
from synth.verify.findings import ClipFindings

_FILE = "certificate.json"


def check_certificate(certificate: Any, clip: dict[str, Any], findings: ClipFindings) -> None:
    """Check every frame's certificate and the summary."""
    problems = json_problems(certificate, CERTIFICATE_JSON)
    for problem in problems:
        findings.add(_FILE, "", problem)
    if problems:
        return
    if certificate["refiner"] != clip["refiner"]:
        findings.add(_FILE, "", f"refiner {certificate['refiner']}, clip.json says {clip['refiner']}")
    wanted = clip["frames"] if clip["refiner"] is not None else 0
    every = []
    for camera in clip["cameras"]:
        name = camera["camera_id"]
        frames = certificate["cameras"].get(name, [])
        if len(frames) != wanted:
            findings.add(_FILE, name, f"{len(frames)} frames, {wanted} expected")
        for number, frame in enumerate(frames):
            every.append(frame)
            _check_frame(frame, f"{name} frame {number}", findings)
    if not every:
        return
    told = {key: certificate[key] for key in ("frames", "gated", "holds")}
    counted = {
        "frames": len(every),
        "gated": sum(frame.get("gated") is True for frame in every),
        "holds": all(frame.get("holds") is True for frame in every),
    }
    if told != counted:
        findings.add(_FILE, "", f"summary {told}, the frames say {counted}")
    for key in ("tau_max", "residual_max", "linear_norm"):
        if certificate[key] != max(frame.get(key) or 0.0 for frame in every):
            findings.add(_FILE, "", f"{key} {certificate[key]} is not the largest of the frames")


def _check_frame(frame: dict[str, Any], where: str, findings: ClipFindings) -> None:
    names = {field.name for field in fields(FrameCertificate)}
    if set(frame) != names:
        findings.add(_FILE, where, f"keys {sorted(frame)}, expected {sorted(names)}")
        return
    if frame["holds"] is not True:
        findings.add(
            _FILE, where, "the certificate does not hold: the refined picture may have moved a label"
        )
    limits = {
        "tau_max": TAU_MAX,
        "residual_max": RESIDUAL_MAX + ARITHMETIC_SLACK,
        "residual_edge_max": 0.0,
        "linear_norm": LINEAR_NORM_MAX + ARITHMETIC_SLACK,
        "tau_mean": frame["tau_max"] + ARITHMETIC_SLACK,
    }
    for key, limit in limits.items():
        value = frame[key]
        if not isinstance(value, int | float) or not 0 <= value <= limit:
            findings.add(_FILE, where, f"{key} {value}, at most {limit:.4g} is allowed")

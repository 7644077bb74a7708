"""Writes the files of one clip, streaming: views go to the encoders at once, tables come at the end.

In: views in the order of frames and cameras, then the clip's tables. Out: the files of
`synth.schema.rules.CLIP_FILES` in a folder, each named ``<clip_id>.<file>``; ``<clip_id>.clip.json`` is
written last and marks the clip as whole.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa

from scenes.errors import CertificateError, DatasetError
from scenes.world import Camera
from synth.dataset.files import TEMPORARY_SUFFIX, hash_file, storage_errors, write_json, write_table
from synth.dataset.masks import MaskWriter
from synth.dataset.video import CRF, GOP, PixelFormat, VideoWriter, choose_pixel_format, encode_depth
from synth.records import FrameCertificate, View
from synth.schema import CLIP_JSON, CLIP_TABLES, FORMAT_VERSION, RECEIPT_JSON, json_problems


class _CameraFiles:
    """The open encoders of one camera."""

    def __init__(
        self, stem: Path, camera: Camera, *, fps: float, crf: dict[str, int], pixel_format: PixelFormat
    ):
        size: dict[str, Any] = {"width_px": camera.width_px, "height_px": camera.height_px, "fps": fps}
        chosen = choose_pixel_format(camera.width_px, camera.height_px, pixel_format)
        self.camera = camera
        self.frames = 0
        self._writers: dict[str, VideoWriter | MaskWriter] = {}
        self._paths: dict[str, Path] = {}
        for kind, suffix in (("rgb", "mp4"), ("refined", "mp4"), ("depth", "mkv"), ("masks", "parquet")):
            if kind == "refined" and kind not in crf:
                continue
            path = Path(f"{stem}.{camera.camera_id}.{kind}.{suffix}")
            temporary = path.with_name(path.name + TEMPORARY_SUFFIX)
            self._paths[kind] = path
            if kind == "masks":
                self._writers[kind] = MaskWriter(temporary)
            else:
                format_ = "gray16le" if kind == "depth" else chosen
                self._writers[kind] = VideoWriter(
                    temporary, pixel_format=format_, crf=crf.get(kind, CRF), **size
                )

    def add(self, view: View, refined: np.ndarray | None) -> None:
        self._writers["rgb"].add(view.rgb)
        self._writers["depth"].add(encode_depth(view.depth_m))
        self._writers["masks"].add(view.instance_id)
        if refined is not None:
            self._writers["refined"].add(refined)
        self.frames += 1

    def finish(self) -> list[Path]:
        for kind, writer in self._writers.items():
            writer.finish()
            path = self._paths[kind]
            path.with_name(path.name + TEMPORARY_SUFFIX).rename(path)
        return list(self._paths.values())

    def abandon(self) -> None:
        for kind, writer in self._writers.items():
            with suppress(
                OSError
            ):  # a full disk breaks the closing too; the first error is the one to report
                writer.close()
            self._paths[kind].with_name(self._paths[kind].name + TEMPORARY_SUFFIX).unlink(missing_ok=True)


class ClipWriter:
    """Writes one clip; a context manager.

    Leaving the context without `finish` (an error, an interruption) removes what is unfinished and never
    leaves a clip.json.

    Args:
        folder: Existing folder of the clip's own.
        clip_id: Prefix of every file.
        cameras: All cameras; every one must get every frame.
        fps: Frames a second.
        refined: Whether every view comes with a refined picture and its certificate.
        pixel_format: ``"yuv420p"``, or ``"yuv444p"`` to keep the colour of small labels (34.5 against 26.1 dB
            there, files about a third larger). Cameras of odd size always take 4:4:4.
        crf: Constant rate factor of the pictures as recorded. Refined ones have the coding of footage already
            (gan/camera_stage.py), so that theirs is always CRF.

    Raises:
        StorageError: The files cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clip_id: str,
        cameras: Sequence[Camera],
        fps: float,
        refined: bool,
        pixel_format: PixelFormat = "yuv420p",
        crf: int = CRF,
    ):
        self._stem = folder / clip_id
        self._clip_id, self._fps, self._refined = clip_id, fps, refined
        self._pixel_format = pixel_format
        self._crf = {"rgb": crf} | ({"refined": CRF} if refined else {})
        self._certificates: dict[str, list[FrameCertificate]] = {camera.camera_id: [] for camera in cameras}
        self._cameras: dict[str, _CameraFiles] = {}
        self._finished = False
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            for camera in cameras:
                self._cameras[camera.camera_id] = _CameraFiles(
                    self._stem, camera, fps=fps, crf=self._crf, pixel_format=pixel_format
                )

    def __enter__(self) -> "ClipWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._finished:
            for files in self._cameras.values():
                files.abandon()

    def add_view(
        self, view: View, refined: np.ndarray | None = None, certificate: FrameCertificate | None = None
    ) -> None:
        """Append one camera's next frame.

        Args:
            view: Frames come in order within each camera.
            refined: (H, W, 3) uint8, exactly when the writer was opened with ``refined=True``.
            certificate: The proof that goes with `refined`.

        Raises:
            DatasetError: The frame is not the next one, or a refined picture is missing or unexpected.
            CertificateError: The certificate does not hold.
        """
        files = self._cameras[view.camera.camera_id]
        where = f"{self._clip_id} {view.camera.camera_id} frame {view.frame}"
        if view.frame != files.frames:
            raise DatasetError(f"{where}: frame {files.frames} was expected next")
        if (refined is not None, certificate is not None) != (self._refined, self._refined):
            wanted = "with" if self._refined else "without"
            raise DatasetError(f"{where}: a view {wanted} a refined picture and certificate was expected")
        if certificate is not None:
            if not certificate.holds:
                raise CertificateError(f"{where}: the refined picture breaks its certificate")
            self._certificates[view.camera.camera_id].append(certificate)
        with storage_errors(self._stem.parent):
            files.add(view, refined)

    def finish(
        self,
        *,
        clip: dict[str, Any],
        tracks: pa.Table,
        boxes: pa.Table,
        events: pa.Table,
        weights: pa.Table,
        frames: pa.Table,
        gates: pa.Table,
        doors: pa.Table,
        receipts: list[dict[str, Any]],
    ) -> None:
        """Complete every file; clip.json comes last.

        Args:
            clip: What clip.json says, without what the writer knows itself (format version, fps, frames,
                cameras, videos, files).
            tracks, boxes, events, weights, frames, gates, doors: With the schemas of synth/schema/.
            receipts: One dict a payment, keys as `synth.schema.RECEIPT_JSON`.

        Raises:
            DatasetError: A camera lacks frames, or a table or the clip's description departs from the format.
        """
        count = self._frame_count()
        tables = {"tracks": tracks, "boxes": boxes, "events": events, "weights": weights}
        tables |= {"frames": frames, "gates": gates, "doors": doors}
        with storage_errors(self._stem.parent):
            paths = [path for files in self._cameras.values() for path in files.finish()]
            for name, table in tables.items():
                paths.append(self._path(f"{name}.parquet"))
                write_table(paths[-1], table, CLIP_TABLES[name])
            self._check_receipts(receipts)
            paths.append(self._path("receipts.json"))
            write_json(paths[-1], receipts)
            paths.append(self._path("certificate.json"))
            write_json(paths[-1], self._certificate(clip.get("refiner")), indent=None)
            description = self._describe(clip, count, paths)
            write_json(self._path("clip.json"), description)
        self._finished = True

    def _path(self, name: str) -> Path:
        return Path(f"{self._stem}.{name}")

    def _frame_count(self) -> int:
        counts = {name: files.frames for name, files in self._cameras.items()}
        if len(set(counts.values())) != 1:
            raise DatasetError(f"{self._clip_id}: every camera needs the same number of frames, got {counts}")
        return next(iter(counts.values()))

    def _check_receipts(self, receipts: list[dict[str, Any]]) -> None:
        for number, receipt in enumerate(receipts):
            problems = json_problems(receipt, RECEIPT_JSON)
            if problems:
                raise DatasetError(f"{self._clip_id}: receipt {number}: " + "; ".join(problems))

    def _certificate(self, refiner: dict[str, Any] | None) -> dict[str, Any]:
        every = [certificate for camera in self._certificates.values() for certificate in camera]
        return {
            "refiner": refiner,
            "holds": all(certificate.holds for certificate in every),
            "frames": len(every),
            "gated": sum(certificate.gated for certificate in every),
            "tau_max": max((certificate.tau_max for certificate in every), default=0.0),
            "residual_max": max((certificate.residual_max for certificate in every), default=0.0),
            "linear_norm": max((certificate.linear_norm for certificate in every), default=0.0),
            "cameras": {
                camera: [asdict(certificate) for certificate in certificates]
                for camera, certificates in self._certificates.items()
            },
        }

    def _describe(self, clip: dict[str, Any], frames: int, paths: list[Path]) -> dict[str, Any]:
        cameras = [files.camera for files in self._cameras.values()]
        prefix = len(self._clip_id) + 1
        files = {}
        for path in sorted(paths):
            size, sha256 = hash_file(path)
            files[path.name[prefix:]] = {"size": size, "sha256": sha256}
        description = {"format_version": FORMAT_VERSION} | clip
        description |= {
            "fps": self._fps,
            "frames": frames,
            "cameras": [
                {
                    "camera_id": camera.camera_id,
                    "width_px": camera.width_px,
                    "height_px": camera.height_px,
                    "pixel_format": choose_pixel_format(
                        camera.width_px, camera.height_px, self._pixel_format
                    ),
                }
                for camera in cameras
            ],
            "videos": {
                kind: {"codec": "h264", "crf": crf, "gop": GOP, "color": "bt709", "range": "limited"}
                for kind, crf in self._crf.items()
            }
            | {"depth": {"codec": "ffv1", "pixel_format": "gray16le", "unit": "mm", "gop": GOP}},
            "files": files,
        }
        problems = json_problems(description, CLIP_JSON)
        if problems:
            raise DatasetError(f"{self._clip_id}: clip.json: " + "; ".join(problems))
        return description

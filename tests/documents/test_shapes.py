"""The shapes themselves: what a newcomer may rely on when adding one."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from itertools import product
from types import ModuleType

import pytest

from mappings import tables
from mappings.documents.datatypes import CS, CV
from mappings.documents.dialects import BY_NAMESPACE, MODULES, NAMESPACES, ROOTS, SHAPES, namespace, tag_of
from mappings.documents.shape import Leaf, Markup, Part, Simple, Slot, children, leaves, made, part_type

VERSIONS = sorted({version for versions in NAMESPACES.values() for version in versions})


def of_module(module: ModuleType) -> list[type[Part]]:
    return [cls for cls in SHAPES if cls.__module__ == module.__name__]


each_module = pytest.mark.parametrize("shapes", [of_module(m) for m in MODULES], ids=[m.__name__ for m in MODULES])


def existing(cls: type[Part], version: str) -> Iterator[Slot]:
    return (slot for slot in cls.shape.slots if slot.exists_in(version))


@each_module
def test_a_code_list_that_a_shape_names_is_one_we_know(shapes: list[type[Part]]) -> None:
    for cls in shapes:
        named = {slot.codes for slot in cls.shape.slots if slot.codes}
        assert named <= set(tables.numbers())


@each_module
def test_only_coded_values_name_a_code_list(shapes: list[type[Part]]) -> None:
    for cls in shapes:
        assert all(part_type(cls, slot) in (CS, CV) for slot in cls.shape.slots if slot.codes)


@each_module
def test_no_name_stands_twice_in_one_version(shapes: list[type[Part]]) -> None:
    for cls, version in product(shapes, VERSIONS):
        names = Counter((slot.kind, slot.family, slot.name) for slot in existing(cls, version))
        assert [name for name, count in names.items() if count > 1] == []


@each_module
def test_versions_named_by_a_slot_exist(shapes: list[type[Part]]) -> None:
    for cls in shapes:
        for slot in cls.shape.slots:
            assert set(slot.only) | set(slot.required_in) | set(slot.single_in) <= set(VERSIONS)
            assert not slot.required_in or slot.least == 0


@each_module
def test_what_a_slot_holds_can_be_found(shapes: list[type[Part]]) -> None:
    for cls in shapes:
        for slot in cls.shape.slots:
            inner = part_type(cls, slot)
            held = inner is None or issubclass(inner, Part)
            assert held and (inner is not None or isinstance(slot.type, Simple) or slot.kind == "wildcard")


@each_module
def test_alternatives_stand_together(shapes: list[type[Part]]) -> None:
    """The schema groups neighbours, so a group that is torn apart would become two."""
    for cls in shapes:
        groups = [slot.choice for slot in cls.shape.slots]
        runs = [group for n, group in enumerate(groups) if group and (n == 0 or groups[n - 1] != group)]
        assert len(runs) == len(set(runs))


@each_module
def test_a_shape_is_frozen_slotted_and_named_by_keyword(shapes: list[type[Part]]) -> None:
    for cls in shapes:
        assert cls.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert "__dict__" not in dir(cls)
        assert all(field.kw_only for field in dataclasses.fields(cls))  # type: ignore[arg-type]


@each_module
def test_a_shape_belongs_to_a_family_with_a_namespace(shapes: list[type[Part]]) -> None:
    for cls in shapes:
        assert cls.shape.family in NAMESPACES
        assert cls.shape.name


def test_a_namespace_belongs_to_one_family_and_version() -> None:
    assert len(BY_NAMESPACE) == sum(len(versions) for versions in NAMESPACES.values())
    assert all(namespace(family, version) == space for space, (family, version) in BY_NAMESPACE.items())


def test_global_names_are_unique_in_their_family() -> None:
    names = Counter((cls.shape.family, cls.shape.name) for cls in SHAPES if cls.shape.is_global)
    assert [name for name, count in names.items() if count > 1] == []
    assert len(ROOTS) == sum(len(NAMESPACES[family]) for family, _ in names)


def test_a_root_is_found_by_the_tag_it_is_written_with() -> None:
    for tag, root in ROOTS.items():
        part = object.__new__(root.type)
        assert tag_of(part, root.version) == tag


def test_a_leaf_is_its_text_and_knows_its_place() -> None:
    leaf = Leaf("1", "A/B[2]/@V")
    assert (leaf, leaf.path, leaf == "1", hash(leaf) == hash("1")) == ("1", "A/B[2]/@V", True, True)


def test_leaves_survive_copying_between_processes() -> None:
    import pickle

    for leaf in (Leaf("1", "A/@V"), Markup("a", "A", "<b>a</b>")):
        copied = pickle.loads(pickle.dumps(leaf))  # noqa: S301  our own
        assert (copied, copied.path, getattr(copied, "xml", "")) == (leaf, leaf.path, getattr(leaf, "xml", ""))


def test_absent_values_are_left_out_of_a_made_part() -> None:
    code = made(CV, v=Leaf("1"), s=None)
    assert [slot.name for slot, _ in children(code)] == ["V"]
    assert [leaf for _, _, leaf in leaves(code)] == ["1"]

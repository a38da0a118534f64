"""Writes the files in this folder: python3 make.py, with numpy 2. The tests know what is in them."""
import io, os, zipfile
import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))
six = np.arange(6).reshape(2, 3)

for name in "int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 bool".split():
    np.save(name + ".npy", (six - (2 if name[0] in "if" else 0)).astype(name))
np.save("scalar.npy", np.array(2.5, "f4"))
np.save("scalar_bool.npy", np.array(True))
np.save("vector.npy", np.array([1, 2, 3], "f4"))
np.save("empty.npy", np.zeros((0, 3), "f4"))
np.save("empty_half.npy", np.zeros((2, 0), "f2"))
np.save("empty_text.npy", np.array([], "U"))
np.save("text.npy", np.array([["yes", "", "日本"], ["é", "🙂!", "no"]]))
np.save("bytes.npy", np.array([b"yes", b"", b"no"]))
np.save("blank.npy", np.array(["", ""]))
np.save("aligned.npy", np.zeros((1,) * 13 + (100,), "i1"))  # with a header that is so before padding
np.save("deep.npy", np.zeros((1,) * 40, "i1"))

np.save("fortran.npy", np.asfortranarray(np.arange(24).reshape(2, 3, 4).astype("i4")))
np.save("fortran_text.npy", np.asfortranarray(np.array([["a", "b", "c"], ["d", "e", "f"]])))
np.save("fortran_half.npy", np.asfortranarray(six.astype("f2")))
np.save("big.npy", (six - 2).astype(">i4"))
np.save("big_half.npy", six.astype(">f2"))
np.save("big_double.npy", (six / 4).astype(">f8"))
np.save("big_text.npy", np.array(["yes", "日本"], ">U2")[:, None].astype(">U3"))
np.save("truths.npy", np.array([0, 1, 2, 255], "u1").view("?"))  # bytes that are no proper bool
for major in 2, 3:
    with open(f"version{major}.npy", "wb") as f:
        np.lib.format.write_array(f, six.astype("f4"), version=(major, 0))

np.save("object.npy", np.array([{}, None], object), allow_pickle=True)
np.save("record.npy", np.zeros(2, [("a", "f4"), ("b", "i4")]))
np.save("complex.npy", np.array([1 + 2j], "c8"))
np.save("date.npy", np.array(["2020-01-01"], "M8[D]"))
np.save("void.npy", np.zeros(2, "V2"))
np.save("scalar_text.npy", np.array("yes"))
np.save("scalar_half.npy", np.array(1, "f2"))
np.save("zero_inside.npy", np.array([b"a\0b"]))

arrays = {"scores": six.astype("f4"), "deep/labels": np.array([1, 2], "i8"), "words": np.array(["yes", "no"])}
np.savez("stored.npz", **arrays)
np.savez_compressed("compressed.npz", **arrays)
np.savez("none.npz")

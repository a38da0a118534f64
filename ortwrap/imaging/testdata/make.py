"""Writes the files in this folder: python3 make.py, with pillow and numpy. The tests compare with them."""
import os
import numpy as np
from PIL import Image

os.chdir(os.path.dirname(os.path.abspath(__file__)))
y, x = np.mgrid[:30, :40]
wave = lambda a, b, c: 127.5 + 127.5 * np.sin(x / a + y / b + c)
picture = np.stack([wave(3, 7, 0), wave(9, 4, 1), wave(5, 5, 2)], -1).round().astype("u1")
Image.fromarray(picture).save("waves.png", optimize=True)
for name, size in ("down", (13, 7)), ("up", (64, 64)):
    np.save(name + ".npy", np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR)))
np.save("gray.npy", np.asarray(Image.fromarray(picture).convert("L")))

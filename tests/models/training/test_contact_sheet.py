"""The contact sheet draws what it is given."""

from pathlib import Path

import numpy as np
from PIL import Image

from models.training.contact_sheet import FRONT, SIDE, contact_sheet
from tests.support.groove_show import perform


def test_a_sheet_has_a_cell_for_every_frame_and_view_and_a_body_in_it(tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    contact_sheet(perform(2.0), [0, 40, 80], ["1", "2", "3"], path, views=(FRONT, SIDE), cell=(90, 110), columns=2)
    sheet = np.asarray(Image.open(path).convert("RGB"))
    assert sheet.shape == (18 + 4 * 110, 2 * 90, 3)
    for band, column in ((0, 0), (0, 1), (1, 0)):
        cell = sheet[18 + band * 220 : 18 + band * 220 + 110, column * 90 : (column + 1) * 90]
        assert (cell.max(axis=2) > 150).sum() > 200
    assert (sheet[18 + 220 :, 90:].max(axis=2) > 150).sum() == 0, "the fourth cell stays empty"

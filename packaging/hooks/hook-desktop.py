"""The window: translations and pictures are files beside the modules."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

hiddenimports = collect_submodules("desktop")
datas = collect_data_files("desktop")

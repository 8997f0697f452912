"""The wheel, installed elsewhere and used from another folder."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

import assistant

CHECKOUT = Path(__file__).parent.parent.parent
SHIPPED = ("profiles", "prompts", "schemas", "systemd")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)]
    built = subprocess.run(build, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def home(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose `venv` has the wheel, with our own environment's packages under it but not our checkout."""
    home = tmp_path_factory.mktemp("home with spaces")
    venv.create(home / "venv", with_pip=False, symlinks=True)
    (site_packages,) = (home / "venv").glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "--python", str(home / "venv"), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    # A folder named in a .pth file gives its packages, but its own .pth files (our editable checkout) are not read.
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return home


def run(home: Path, *command: str) -> str:
    """Return what a command of the fresh environment prints, run as a user who has nothing else."""
    program, *arguments = command
    run = subprocess.run(
        [home / "venv" / "bin" / program, *arguments],
        cwd=home,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("folder", SHIPPED)
def test_the_wheel_carries_every_shipped_file(wheel: Path, folder: str) -> None:
    ours = {path.relative_to(CHECKOUT).as_posix() for path in shipped_files(CHECKOUT / folder)}

    carried = {name.removeprefix("assistant/shipped/") for name in ZipFile(wheel).namelist()}

    assert ours <= carried


def test_the_wheel_carries_the_data_that_lies_beside_the_code(wheel: Path) -> None:
    ours = {path.relative_to(CHECKOUT).as_posix() for path in shipped_files(CHECKOUT / "assistant")}

    assert ours <= set(ZipFile(wheel).namelist())


def test_the_wheel_carries_nothing_but_the_package(wheel: Path) -> None:
    folders = {name.split("/")[0] for name in ZipFile(wheel).namelist()}

    assert folders == {"assistant", f"sightline-{assistant.__version__}.dist-info"}


def test_the_wheel_carries_the_licence(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()

    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.parametrize("folder", SHIPPED)
def test_an_installed_sightline_finds_its_own_files(home: Path, folder: str) -> None:
    found = run(home, "python", "-c", f"from assistant.config import shipped; print(shipped({folder!r}))").strip()

    assert Path(found).is_relative_to(home)
    assert Path(found).is_dir()


def test_an_installed_sightline_reads_its_profiles(home: Path) -> None:
    names = sorted(path.stem for path in (CHECKOUT / "profiles").glob("*.yaml"))
    read = """
import sys
from assistant.config import profile_folders
from assistant.profile import load_profile
print(*[load_profile(name, profile_folders()).name for name in sys.argv[1:]])
"""

    assert run(home, "python", "-c", read, *names).split() == names


def test_an_installed_sightline_has_its_unit(home: Path) -> None:
    read = "from assistant.config import shipped; print((shipped('systemd') / 'sightline.service').read_text())"

    assert "Type=notify" in run(home, "python", "-c", read)


def test_the_command_says_its_version(home: Path) -> None:
    assert assistant.__version__ in run(home, "sightline", "--version")


def test_the_command_says_what_it_can_do(home: Path) -> None:
    assert "service" in run(home, "sightline", "--help")


def shipped_files(folder: Path) -> list[Path]:
    """Return the files of a folder that a user must get: no caches, nothing hidden."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    ]

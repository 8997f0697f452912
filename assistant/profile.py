"""Profile: how one person wants things said. Read from YAML; one profile may extend another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, field, to_builtins
from msgspec.structs import replace

from assistant.errors import WrongSettings
from assistant.settings import Settings, line_of, read_mapping, validate

Style = Literal["technician", "plain-language", "child"]


class VoiceSettings(Settings, frozen=True):
    """How the voice sounds. None leaves it to the speech service's own setting."""

    name: str = ""
    """A voice of the speech engine ("en-us+f3", "cmn-latn-pinyin"); empty: the engine's for the language."""
    rate: Annotated[int, Meta(ge=80, le=900)] | None = None
    """Words per minute."""
    pitch: Annotated[int, Meta(ge=0, le=100)] | None = None
    """0 deep … 100 high; 50 is the voice's own."""
    volume: Annotated[int, Meta(ge=0, le=100)] | None = None
    """Percent."""


class Say(Settings, frozen=True):
    """What is said beside a control's name."""

    roles: bool = True
    keys: Literal["always", "choices", "never"] = "choices"
    """Shortcuts: always, with the choices of a dialog only, or never."""
    hints: bool = True
    """How to use the focused control ("Press Enter to open.")."""
    positions: bool = True
    """"2 of 14" in lists, menus and tabs."""
    application: bool = False
    """The application by the name it gives itself: "LibreOffice Calc", not "Calc"."""
    process: bool = False
    """Process id and toolkit."""
    exact_states: bool = False
    """AT-SPI's words for states ("checked") instead of everyday ones ("ticked")."""
    max_choices: Annotated[int, Meta(ge=1, le=50)] = 6


class Profile(Settings, frozen=True):
    """One person's way of being told things."""

    name: str
    title: dict[str, str] = field(default_factory=dict)
    """How the profile itself is called aloud, by language."""
    style: Style = "plain-language"
    language: Annotated[
        str, Meta(pattern="^(auto|[a-z]{2,3})$", description="a language by its code, as “en” or “zh”, or “auto”")
    ] = "auto"
    """"en", "zh", or "auto": the application's language, else the session's."""
    voice: VoiceSettings = VoiceSettings()
    voices: dict[str, VoiceSettings] = field(default_factory=dict)
    """Voice settings for one language, over `voice`."""
    say: Say = Say()
    earcons: bool = True
    template: str | None = None
    """Name of a prompt template for the vision-language model; None: the style's own."""

    def called(self, language: str) -> str:
        """Return how the profile is called aloud: by its title in this language, else in English, else its name."""
        return self.title.get(language) or self.title.get("en") or self.name

    def voice_for(self, language: str) -> VoiceSettings:
        """Return the voice settings for a language."""
        special = self.voices.get(language)
        return replace(self.voice, **to_builtins(special)) if special else self.voice  # without what is left out


def load_profile(name: str, folders: Sequence[Path]) -> Profile:
    """Return the profile of this name from the first folder that has it, its parents' settings under its own.

    Raises WrongSettings for an unknown name, a circle of parents, or a setting that cannot be.
    """
    return _load(name, folders, seen=())


def profile_names(folders: Sequence[Path]) -> tuple[str, ...]:
    """Return the names of all profiles in these folders: the shipped order first, then others by name."""
    found = {file.stem for folder in folders if folder.is_dir() for file in folder.glob("*.yaml")}
    shipped = [name for name in ("plain-language", "technician", "child") if name in found]
    return (*shipped, *sorted(found.difference(shipped)))


def _load(name: str, folders: Sequence[Path], seen: tuple[Path, ...]) -> Profile:
    # A user's own "child" may extend the shipped "child": a file already on the way is passed over.
    files = [f for folder in folders if (f := folder / f"{name}.yaml").is_file()] if Path(name).name == name else []
    file = next((file for file in files if file not in seen), None)
    if file is None:
        raise _unknown(name, folders, seen, is_circle=bool(files))
    values = read_mapping(file)
    parent_name = values.pop("extends", None)
    if parent_name is not None and not isinstance(parent_name, str):
        raise WrongSettings("name one other profile.", file=file, line=line_of(file, ("extends",)), key="extends")
    if values.get("name", name) != name:
        problem = f"a profile is called as its file is: leave this out, or name the file “{values['name']}.yaml”."
        raise WrongSettings(problem, file=file, line=line_of(file, ("name",)), key="name")
    own = {**values, "name": name}
    checked = validate(Profile, own, file=file)
    if parent_name is None:
        return checked
    parent = to_builtins(_load(parent_name, folders, (*seen, file)))
    if parent_name != name:
        parent.pop("title", None)  # two profiles that are called the same could not be told apart
    return validate(Profile, _merged(parent, own), file=file)


def _unknown(name: str, folders: Sequence[Path], seen: tuple[Path, ...], *, is_circle: bool) -> WrongSettings:
    known = ", ".join(profile_names(folders)) or "none"
    problem = f"there is no profile “{name}”. Profiles here: {known}."
    if not seen:
        return WrongSettings(problem)
    if is_circle:
        circle = " → ".join([*(file.stem for file in seen), name])
        problem = f"these profiles extend each other in a circle: {circle}. Take one “extends” out."
    return WrongSettings(problem, file=seen[-1], line=line_of(seen[-1], ("extends",)), key="extends")


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result

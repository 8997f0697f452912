"""`sightline service …`: Sightline at login, by systemd."""

from __future__ import annotations

import typer

group = typer.Typer(help="Start Sightline at login, or no longer.", rich_markup_mode=None, no_args_is_help=True)


@group.command()
def install() -> None:
    """Start Sightline at every login, and now.

    Exit status: 0 done; 1 systemd refused; 4 there is no systemd for this login.
    """
    from assistant.control.service import install as install_service

    print(install_service())


@group.command()
def uninstall() -> None:
    """Stop Sightline and no longer start it at login.

    Exit status: 0 done, or it was not installed; 1 systemd refused; 4 there is no systemd for this login.
    """
    from assistant.control.service import uninstall as uninstall_service

    print(uninstall_service())


@group.command()
def status() -> None:
    """Say whether Sightline starts at login and whether it runs.

    Exit status: 0 in any case that systemd can tell; 4 there is no systemd for this login.
    """
    from assistant.control.service import status as service_status

    print(service_status())

"""What a worker process runs: it is told the recipe once and writes the workbooks it is given.

A spawned process imports this module, so it imports only the press.
"""

from collectctl.queues.press import Job, Recipe, press

_recipe: list[Recipe] = []
"""The one recipe of this process; filled by `start`."""


def start(recipe: Recipe) -> None:
    """Keeps the recipe; called once in each process."""
    _recipe[:] = [recipe]


def run(job: Job) -> None:
    """Writes one workbook."""
    press(job, _recipe[0])

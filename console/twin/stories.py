"""Which scenarios there are, for whoever chooses one: the story, and how big and long it is."""

from dataclasses import dataclass
from pathlib import Path

from console.twin import scenario


@dataclass(frozen=True, slots=True)
class Story:
    """`said` is what names it on a command line. `problem`: why it cannot be played, in words."""

    said: str
    title: str
    story: str = ""
    goals: tuple[str, ...] = ()
    hours: float = 0.0
    lead_h: float = 0.0
    agents: int = 0
    channels: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    injects: tuple[str, ...] = ()
    problem: str = ""


def stories() -> tuple[Story, ...]:
    """Those that come along."""
    return tuple(map(story_of, scenario.known()))


def story_of(said: str) -> Story:
    """A scenario by its name or its file; with its problem where it cannot be played."""
    try:
        found = scenario.load(said)
    except scenario.ScenarioError as error:
        return Story(said, Path(said).stem, problem=str(error))
    return Story(
        said,
        found.title,
        found.story.strip(),
        tuple(goal.words for goal in found.goals),
        found.hours,
        found.lead_h,
        sum(group.count for group in found.centre.groups),
        tuple(medium.name for medium in found.centre.media if medium.per_hour),
        found.seeds,
        tuple(inject.title for inject in found.injects),
    )


__all__ = ["Story", "stories", "story_of"]

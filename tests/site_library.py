"""A library of made-up works, of any size, to draw maps of."""

from __future__ import annotations

import random

from papernotes.pages.graph import Work


def library(count: int, seed: int = 1) -> dict[str, Work]:
    """A library of so many works, about two in five of them notes that build on up to six others."""
    choose = random.Random(seed)  # noqa: S311  not for secrets
    years = {f"w{i}": 2024 - int(choose.expovariate(0.15)) for i in range(count)}
    parents = {
        key: tuple(
            choose.sample(
                older := sorted(k for k in years if years[k] <= years[key] and k != key),
                min(len(older), choose.randint(1, 6)),
            )
        )
        for key in list(years)[: count * 2 // 5]
    }
    return {
        key: Work(
            key=key,
            label=choose.choice(["He", "ResNet", "Sohl-Dickstein", "Shattered gradients", "自动微分综述"]),
            title=f"Title {key}",
            authors="A. Author",
            year=year,
            page=f"papers/{key}" if key in parents else "",
            parents=parents.get(key, ()),
            children=tuple(child for child, named in parents.items() if key in named),
        )
        for key, year in years.items()
    }

"""Companion of the demonstration note."""


# --8<-- [start:answer]
def answer() -> int:
    """The answer."""
    return 6 * 7


# --8<-- [end:answer]
def ratio() -> float:
    """A ratio in per cent."""
    return 100 / 28


def shape() -> tuple[int, int]:
    """A shape."""
    return (2, 3)


if __name__ == "__main__":
    print(answer())

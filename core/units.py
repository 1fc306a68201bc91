"""Units of measure as people type them."""

# Full-width signs of Chinese input methods, both signs of per cent among them; m² and ℃ stay.
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFE6A: "%"}


def narrow_unit(unit: str) -> str:
    """A unit of measure as it is kept: ％ is %."""
    return unit.translate(NARROW).strip()


def is_per_cent(unit: str) -> bool:
    return "%" in narrow_unit(unit)

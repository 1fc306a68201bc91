"""What people are reminded of, gathered from every app."""

from datetime import date

from core import reminders
from core.reminders import ReminderItem

DAY = date(2026, 6, 10)


def test_one_failing_source_keeps_nobody_else_silent(db, monkeypatch, caplog):
    def failing(day):
        yield ReminderItem("lost:1", reminders.AHEAD, day, "Half a list")
        raise OverflowError

    told = ReminderItem("duty:1", reminders.AHEAD, DAY, "Hold a meeting")
    monkeypatch.setattr(reminders.sources, "_things", {"one": failing, "two": lambda day: [told]})
    assert list(reminders.items_on(DAY)) == [told]
    assert [record.exc_info[0] for record in caplog.records] == [OverflowError]

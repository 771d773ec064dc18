#!/usr/bin/env python3
"""Prints the results of Python's strftime and strptime for the date formats in Tests/QueryTests/Expressions/FunctionTests.swift.

usage: Scripts/reference/date-forms.py

Python 3.11 with the C locale. `%f` is left out when writing: Python has six digits, Lectern those of the type. Two texts
differ from Python on purpose, as in polars: a weekday that does not match the date is an error, and so is day 366 of a
year with 365 days.
"""
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1)
MILLISECONDS = [1_704_067_199_999, -1, 0, 90_061_001]
WRITTEN = ["%d.%m.%Y %H:%M:%S", "%I %p %j %y", "%A %a %B %b", "%e|%F|%T|%R|%%", "на %Y"]
READ = [
    ("31.12.2023 23:59:59", "%d.%m.%Y %H:%M:%S"), ("1.2.24", "%d.%m.%y"), ("1.2.69", "%d.%m.%y"),
    ("1.2.68", "%d.%m.%y"), ("29.02.2023", "%d.%m.%Y"), ("29.02.2024", "%d.%m.%Y"),
    ("07/04/2024 12:05 AM", "%m/%d/%Y %I:%M %p"), ("07/04/2024 12:05 pm", "%m/%d/%Y %I:%M %p"),
    ("July 4, 2024", "%B %d, %Y"), ("4 jul 2024", "%d %b %Y"), ("Thu 4 Jul 2024", "%a %d %b %Y"),
    ("Fri 4 Jul 2024", "%a %d %b %Y"), ("2024-186", "%Y-%j"), ("20240131", "%Y%m%d"),
    ("2024031", "%Y%j"), ("20240131235958", "%Y%m%d%H%M%S"), ("2023-366", "%Y-%j"),
    ("2024-07-04T10:00:00.25", "%Y-%m-%dT%H:%M:%S.%f"), ("2024-07-04 01:00 +03:00", "%Y-%m-%d %H:%M %z"),
    ("2024-07-04 01:00 Z", "%Y-%m-%d %H:%M %z"), ("2024-07-04 24:00", "%Y-%m-%d %H:%M"), ("2024-07-04 ", "%Y-%m-%d"),
    ("2024-07-04", "%Y-%m-%d "), ("", "%Y-%m-%d"), ("0000-00-00", "%Y-%m-%d"), ("9999-12-31", "%Y-%m-%d"),
    ("%2024-07-04", "%%%Y-%m-%d"), ("2024-07-04 10:00:00.1234567", "%Y-%m-%d %H:%M:%S.%f"),
]


def main():
    moments = [EPOCH + timedelta(milliseconds=number) for number in MILLISECONDS]
    for form in WRITTEN:
        print(form, [moment.strftime(form) for moment in moments])
    for text, form in READ:
        try:
            moment = datetime.strptime(text, form)
            if moment.tzinfo:
                moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
            print(repr(text), form, moment)
        except ValueError as error:
            print(repr(text), form, "refused:", error)


if __name__ == "__main__":
    main()

"""Meeting packs: what a meeting is given, frozen as one JSON text.

`drafts` keeps a pack while it is written, `content` puts it together as plain data, `corrections` finds what was put
right since the last one, `freezing` makes it stand, `reading` turns it into words, `files` into a PDF and a workbook.
"""

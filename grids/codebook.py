"""What the codes are called that rules pick by. The apps that have them are above this one: each says its own."""

from grids.models import Route

Subject = Route.Subject
SOURCES = {}


def names_of(subject):
    """Register the callable that returns [(code, name)] for a Route.Subject, classes (two digits) and kinds."""

    def register(source):
        SOURCES[subject] = source
        return source

    return register


def choices():
    """For a picker: "" for all, "need:" for all of a subject, "need:0101" for one kind, in groups with their names."""
    groups = [(subject.label, _options(subject)) for subject in SOURCES]
    wholes = [(f"{subject}:", f"全部{subject.label}") for subject in SOURCES]
    return [("", "全部需求和事件"), *wholes, *groups]


def _options(subject):
    return [(f"{subject}:{code}", name) for code, name in SOURCES[subject]()]


def known():
    """{(subject, code): name}, to name many rules with one query for each subject."""
    return {(str(subject), code): name for subject, source in SOURCES.items() for code, name in source()}


def spoken(route, names):
    """What the rule is for, in words, out of `names` (see `known`)."""
    if not route.code:
        return f"全部{route.get_subject_display()}"
    name = names.get((route.subject, route.code))
    return (
        f"{route.get_subject_display()}：{name}" if name else f"{route.get_subject_display()}：{route.code} 开头的类别"
    )

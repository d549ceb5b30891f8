"""Records (facts that outlive pages) and pages (the words in each language)."""

from __future__ import annotations

from courses.models.pages import (
    CaseStudyPage,
    CatalogPage,
    CoursePage,
    LessonPage,
    ModulePage,
    PrincipleIndexPage,
    PrinciplePage,
)
from courses.models.records import (
    Assignment,
    Course,
    CourseCompletion,
    CourseRelease,
    Enrolment,
    Principle,
    ReleaseEvent,
    StepCompletion,
    VersionFloor,
)

__all__ = [
    "Assignment",
    "CaseStudyPage",
    "CatalogPage",
    "Course",
    "CourseCompletion",
    "CoursePage",
    "CourseRelease",
    "Enrolment",
    "LessonPage",
    "ModulePage",
    "Principle",
    "PrincipleIndexPage",
    "PrinciplePage",
    "ReleaseEvent",
    "StepCompletion",
    "VersionFloor",
]

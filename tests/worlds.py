"""One of everything that an address of the product can name, for the permissions matrix."""

from __future__ import annotations

from dataclasses import dataclass, field

from wagtail.models import Locale, Page, Site

from accounts.models import User
from home.models import ContentPage, HomePage
from tests.factories.people import give_role, make_person, make_region


@dataclass
class World:
    """`people` by persona, and `names`: what stands in the gaps of a row's path."""

    people: dict[str, User]
    names: dict[str, str] = field(default_factory=dict)


def build_world() -> World:
    world = World(people=make_people())
    make_pages()
    return world


def make_people() -> dict[str, User]:
    ben = make_person("Ben Aalto", email="ben@northlight.example")
    people = {
        "ben": ben,
        "ada": make_person("Ada Virtanen", email="ada@northlight.example", manager=ben),
        "carol": make_person(
            "Carol Souza", email="carol@northlight.example", region=make_region("BR")
        ),
        "olga": make_person("Olga Niemi", email="olga@northlight.example"),
        "root": make_person("Root Admin", email="root@northlight.example", is_superuser=True),
    }
    roles = {"dana": "author", "hugo": "hr", "ravi": "reviewer", "vera": "auditor"}
    for name, role in roles.items():
        person = make_person(f"{name.title()} Berg", email=f"{name}@northlight.example")
        people[name] = give_role(person, role)
    return people


def make_pages() -> HomePage:
    """A home page for the default site, an open page below it and one that nobody published."""
    locale = Locale.objects.get_or_create(language_code="en")[0]
    site = Site.objects.filter(is_default_site=True).first()
    root = Page.get_first_root_node()
    home = root.add_child(
        instance=HomePage(
            title="Postworthy", slug="front", promise="Post well", lede="Learn.", locale=locale
        )
    )
    Site.objects.update_or_create(
        pk=site.pk if site else None,
        defaults={"hostname": "testserver", "root_page": home, "is_default_site": True},
    )
    home.add_child(instance=ContentPage(title="Privacy", slug="privacy"))
    home.add_child(instance=ContentPage(title="Draft", slug="draft", live=False))
    return home

"""The accounts of the demonstration. Their password is printed and documented, so they belong on no public server."""

from __future__ import annotations

from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from marketplace.firms.models import User

PASSWORD = "loopyard-demo"  # noqa: S105 -- known to everybody on purpose
DOMAIN = "demo.loopyard.example"


@dataclass(frozen=True)
class Person:
    name: str
    first_name: str
    flags: dict[str, bool] = field(default_factory=dict)
    groups: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.name}@{DOMAIN}"


PEOPLE = (
    Person("factory", "示例 Factory"),
    Person("recycler", "示例 Recycler"),
    Person("trader", "示例 Trader"),
    Person("viewer", "示例 Viewer"),
    Person(
        "facilitator", "示例 Facilitator", {"is_facilitator": True}, ("Permit officers", "Register editors", "Editors")
    ),
    Person("admin", "示例 Admin", {"is_facilitator": True, "is_staff": True, "is_superuser": True}),
)
# Enters what nobody signs in for: the neighbours of the story and the Scottish register.
CLERK = Person("clerk", "示例 Clerk", {"is_facilitator": True})


def make_people() -> int:
    """Create the accounts that do not exist yet; returns how many."""
    made = [person for person in PEOPLE if not User.objects.filter(email=person.email).exists()]
    for person in made:
        user = User.objects.create_user(person.email, PASSWORD, first_name=person.first_name, **person.flags)
        user.groups.set(Group.objects.filter(name__in=person.groups))
        EmailAddress.objects.create(user=user, email=person.email, verified=True, primary=True)
    return len(made)


def clerk() -> User:
    """An officer without a password: nobody can sign in as the clerk."""
    user = User.objects.filter(email=CLERK.email).first()
    return user or User.objects.create_user(CLERK.email, None, first_name=CLERK.first_name, **CLERK.flags)


def user_named(name: str) -> User:
    return User.objects.get(email=f"{name}@{DOMAIN}")

"""Six reps in two teams, and the accounts and contacts they work with. Every name is invented."""
import random
from dataclasses import dataclass
from datetime import date, timedelta

from sample.world import AS_OF, GO_LIVE


@dataclass(frozen=True)
class Rep:
    """A sales rep and how the work is shared out.

    ``qualified``, ``unqualified`` and ``other`` are this rep's shares of the company's deals by kind of first meeting;
    ``calls`` to ``social`` are mean numbers per week.
    """

    name: str
    team: str
    role: str
    qualified: float
    unqualified: float
    other: float
    calls: float
    connect_rate: float
    emails: float
    social: float


POOR_REP = "Dane Whitlock"
GOOD_REP = "Aroha Keating"

REPS = (
    Rep("Maren Solvik", "Inside Sales", "Inside Sales Rep", 0.20, 0.11, 0.22, 17.0, 0.31, 11.0, 1.5),
    Rep("Tobias Achterberg", "Inside Sales", "Inside Sales Rep", 0.18, 0.13, 0.22, 16.0, 0.27, 9.0, 1.0),
    Rep("Lucia Ferrand", "Inside Sales", "Senior Inside Sales Rep", 0.18, 0.10, 0.20, 14.0, 0.34, 10.0, 3.0),
    Rep(POOR_REP, "Field Sales", "Field Sales Rep", 0.12, 0.50, 0.14, 15.0, 0.18, 8.0, 0.5),
    Rep(GOOD_REP, "Field Sales", "Senior Field Sales Rep", 0.14, 0.02, 0.08, 5.0, 0.42, 6.0, 2.5),
    Rep("Joss Merriweather", "Field Sales", "Field Sales Rep", 0.18, 0.14, 0.14, 8.0, 0.29, 7.0, 1.0),
)
MANAGER = ("Helena Brackwater", "Management", "Sales & Marketing Manager")

CORPORATE, WEDDING, SCHOOL, TOUR = "Corporate", "Weddings & Private", "Schools & Community", "Tour Operators"

_PLACES = (
    "Kelmora", "Brindlewick", "Tarrow Bay", "Ostervale", "Pennant Reach", "Larkhaven", "Moorcape", "Whitsand",
    "Corrindale", "Saltbrook", "Fernmere", "Galloway Quay", "Hollin Point", "Merrow", "Norrland", "Quillport",
    "Rosk Island", "Sandringbar", "Thornby", "Umberfield", "Vellacott", "Wexcombe", "Yarrandale", "Anstruth",
    "Bellbuoy", "Cinderford", "Drummock", "Eastmarch", "Fallowhithe", "Greystoke Bar",
)
_KINDS = {
    CORPORATE: ("Engineering", "Legal", "Insurance", "Software", "Architects", "Energy", "Logistics", "Health Group",
                "Foods"),
    WEDDING: ("Family", "Wedding", "Anniversary", "Reunion"),
    SCHOOL: ("College", "Primary School", "Rowing Club", "Choir", "Rotary Circle"),
    TOUR: ("Tours", "Travel", "Coach Lines", "Cruises"),
}
_FIRST = (
    "Ada", "Bruno", "Carys", "Dmitri", "Elsie", "Farid", "Greta", "Hugo", "Imani", "Jasper", "Keira", "Lorenz",
    "Mina", "Nils", "Odette", "Piotr", "Quinn", "Rosa", "Sorin", "Talia", "Umar", "Vera", "Wyatt", "Xenia", "Yusuf",
    "Zelda", "Amos", "Britta", "Caleb", "Dorothea", "Émile", "Freya",
)
_LAST = (
    "Abernoth", "Bexley", "Carraway", "Dunmarsh", "Ellingsen", "Farrowby", "Gantry", "Hathersage", "Ingleson",
    "Jarrold", "Kessock", "Lindqvane", "Marchetti-Low", "Nettleship", "O'Farrigan", "Penhallow", "Quarrie",
    "Ravensdale", "Stellmach", "Tamworthy", "Underhay", "Vossberg", "Wintergreen", "Yelverton", "Zoller",
    "Brackenbury", "Colquhane", "Düring",
)
SOURCES = {
    "Web enquiry": 0.28, "Phone enquiry": 0.15, "Referral": 0.16, "Repeat customer": 0.14, "Trade fair": 0.09,
    "Partner": 0.08, "Email campaign": 0.10,
}
_LEVELS = {"Executive": 0.22, "Manager": 0.44, "Staff": 0.34}


@dataclass(frozen=True)
class Contact:
    """A person at an account."""

    contact_id: str
    name: str
    account: str
    segment: str
    owner: str
    level: str
    source: str
    status: str
    created: date
    converted: date | None


def contacts() -> list[Contact]:
    """One to three people for each account, about 1,300 in all."""
    rng = random.Random("tideline sample: contacts")
    made: list[Contact] = []
    for segment, kinds in _KINDS.items():
        for place in _PLACES:
            for kind in kinds:
                account = f"{place} {kind}"
                owner = rng.choice(REPS).name
                for name in sorted({f"{rng.choice(_FIRST)} {rng.choice(_LAST)}" for _ in range(rng.randint(1, 3))}):
                    created = GO_LIVE + timedelta(days=rng.randint(0, 1000))
                    is_customer = rng.random() < 0.45
                    made.append(Contact(
                        contact_id=f"C-{1001 + len(made)}", name=name, account=account, segment=segment, owner=owner,
                        level=rng.choices(list(_LEVELS), list(_LEVELS.values()))[0],
                        source=rng.choices(list(SOURCES), list(SOURCES.values()))[0],
                        status="Customer" if is_customer else rng.choice(("Open", "Working", "Nurturing")),
                        created=created,
                        converted=min(created + timedelta(days=rng.randint(5, 200)), AS_OF) if is_customer else None,
                    ))
    return made

"""The words of Norwegian dose texts (dossier medication, 5.1 and 5.2), spelling to meaning."""

from __future__ import annotations

from typing import Final

NUMBERS: Final = {
    "en": "1", "én": "1", "ett": "1", "et": "1", "to": "2", "tre": "3", "fire": "4", "fem": "5", "halv": "0.5",
    "halvannen": "1.5",
}  # fmt: skip
FRACTIONS: Final = {"½": "0.5", "¼": "0.25", "¾": "0.75", "1/2": "0.5", "1/4": "0.25", "3/4": "0.75"}

UNITS: Final = {
    "tablett": "tabletter tablett tabl tbl tab",
    "kapsel": "kapsler kapsel kaps",
    "stk": "stk",
    "dråpe": "dråper dråpe",
    "mL": "milliliter ml",
    "mg": "milligram mg",
    "g": "gram g",
    "mikrog": "mikrogram mikrog µg μg mcg",
    "E": "enheter enhet e",
    "IE": "ie",
    "dose": "doser dose",
    "inhalasjon": "inhalasjoner inhalasjon inhal",
    "spray": "spray",
    "plaster": "plaster plastre",
    "stikkpille": "stikkpiller stikkpille",
    "pose": "poser pose",
    "sprøyte": "sprøyter sprøyte",
    "ampulle": "ampuller ampulle",
    "sug": "sug",
}
UNIT_OF: Final = {spelling: unit for unit, spellings in UNITS.items() for spelling in spellings.split()}
UCUM: Final = {"mL": "mL", "mg": "mg", "g": "g", "mikrog": "ug", "E": "[iU]", "IE": "[iU]"}
COUNTED: Final = {"", "tablett", "kapsel", "stk", "plaster", "stikkpille", "pose", "sprøyte", "ampulle"}
"""Units of which nobody takes dozens at a time."""
MOST_COUNTED: Final = 40

SLOTS: Final = {
    "MORN": "morgenen morgen mane",
    "MORN.late": "formiddagen formiddag",
    "NOON": "midt på dagen|middagstid|middag",
    "AFT": "ettermiddagen ettermiddag",
    "EVE": "kvelden kveld vesp",
    "NIGHT": "natten natta natt",
    "HS": "ved sengetid|ved leggetid|sengetid|leggetid",
}
SLOT_OF: Final = {
    spelling: slot
    for slot, spellings in SLOTS.items()
    for spelling in (spellings.split("|") if "|" in spellings else spellings.split())
}
SHOWN_SLOT: Final = {
    "MORN": "morgen", "MORN.late": "formiddag", "NOON": "midt på dagen", "AFT": "ettermiddag", "EVE": "kveld",
    "NIGHT": "natt", "HS": "ved sengetid",
}  # fmt: skip
HOURS: Final = {
    "MORN": range(5, 11), "MORN.late": range(8, 12), "NOON": range(11, 15), "AFT": range(13, 18),
    "EVE": range(17, 24), "NIGHT": (20, 21, 22, 23, 0, 1, 2, 3, 4), "HS": (20, 21, 22, 23, 0),
}  # fmt: skip
"""The hours that each part of the day may name; a clock time outside contradicts it."""
PLUS: Final = {
    3: ("MORN", "NOON", "EVE"),
    4: ("MORN", "NOON", "EVE", "NIGHT"),
    5: ("MORN", "MORN.late", "AFT", "EVE", "NIGHT"),
}
"""Slots of "a+b+c", one map for every source."""

BEFORE_MEAL: Final = {"før": "A", "etter": "P", "til": "", "med": ""}
MEALS: Final = {
    "frokost": "M", "frokosten": "M", "lunsj": "D", "lunsjen": "D", "middag": "V", "middagen": "V", "måltid": "",
    "måltider": "", "måltidet": "", "måltidene": "", "mat": "", "maten": "",
}  # fmt: skip
SHOWN_MEAL: Final = {"M": "frokost", "D": "lunsj", "V": "middag", "": "måltid"}
MEAL_SLOT: Final = {"M": "MORN", "D": "NOON", "V": "EVE"}
PLUS_MEALS: Final = ("M", "D", "V")

DAYS: Final = {
    "mon": "mandager mandag man", "tue": "tirsdager tirsdag tirs tir", "wed": "onsdager onsdag ons",
    "thu": "torsdager torsdag tors tor", "fri": "fredager fredag fre", "sat": "lørdager lørdag lør",
    "sun": "søndager søndag søn",
}  # fmt: skip
DAY_OF: Final = {spelling: day for day, spellings in DAYS.items() for spelling in spellings.split()}
WEEK: Final = tuple(DAYS)
SHOWN_DAY: Final = {
    "mon": "mandag", "tue": "tirsdag", "wed": "onsdag", "thu": "torsdag", "fri": "fredag", "sat": "lørdag",
    "sun": "søndag",
}  # fmt: skip

PERIODS: Final = {
    "h": "timer time", "d": "dager dagen dag døgnet døgn", "wk": "uker uken uka uke", "mo": "måneder måneden måned mnd",
}  # fmt: skip
PERIOD_OF: Final = {spelling: unit for unit, spellings in PERIODS.items() for spelling in spellings.split()}
SHOWN_PERIOD: Final = {"h": "time", "d": "dag", "wk": "uke", "mo": "måned"}
SHOWN_PERIODS: Final = {"h": "timer", "d": "dager", "wk": "uker", "mo": "måneder"}
PER: Final = {
    "d": ("daglig", "dgl", "hver dag", "i døgnet", "om dagen", "per døgn", "pr døgn", "pr. døgn", "per dag", "pr dag",
          "pr. dag", "/døgn", "/dag", "/d"),
    "wk": ("ukentlig", "i uken", "i uka", "per uke", "pr uke", "pr. uke", "/uke"),
    "mo": ("månedlig", "i måneden", "per måned", "pr måned", "pr. måned", "pr mnd", "/mnd", "/måned"),
}  # fmt: skip
PER_OF: Final = {spelling: unit for unit, spellings in PER.items() for spelling in spellings}
SHOWN_PER: Final = {"d": "daglig", "wk": "i uken", "mo": "i måneden"}

REASONS: Final = (
    "smerter", "smerte", "kvalme", "angst", "uro", "søvnvansker", "søvnløshet", "tungpust", "tung pust", "anfall",
    "brystsmerter", "feber", "kløe", "hoste", "obstipasjon", "forstoppelse",
)  # fmt: skip
ROUTES: Final = {
    "intramuskulært": ("im", "i.m."),
    "intravenøst": ("iv", "i.v."),
    "subkutant": ("sc", "s.c."),
    "per os": ("po", "p.o.", "peroralt"),
    "rektalt": (),
}
ROUTE_OF: Final = {spelling: route for route, others in ROUTES.items() for spelling in (route, *others)}
PER_SITE: Final = ("hvert", "hver", "begge")
"""Sites that double the amount: what is said is for one of them."""

INSTRUCTIONS: Final = (
    "omrystes før bruk", "rystes før bruk", "bruk medisinmål", "skyll munnen etter bruk", "skyll munnen etterpå",
    "skyll munnen", "svelges hele", "svelges hel", "skal ikke tygges eller knuses", "skal ikke knuses eller tygges",
    "skal ikke tygges", "skal ikke knuses", "må ikke tygges", "må ikke knuses", "tas utenom måltid",
    "tas med mat", "tas uten mat", "tas til mat", "tas på tom mage", "på tom mage", "utenom måltid",
    "tas med rikelig vann", "tas med rikelig drikke", "tas med et glass vann", "løses i vann", "tygges",
    "oppløses i vann", "forsiktighet ved bilkjøring",
)  # fmt: skip

EXTERNAL: Final = ("marevanskjema", "marevan-skjema", "inr", "warfarinskjema")
"""The dose stands on a schedule elsewhere."""
STAY_TEXT: Final = (
    "etter skjema", "ifølge skjema", "iflg skjema", "skjema", "per kg", "pr kg", "pr. kg", "som tidligere",
    "som før", "så lenge", "etter avtale", "avtalt", "avtale", "bruksanvisning", "hvis", "dersom", "i dag",
    "idag", "i morgen", "fra i morgen", "imorgen", "i kveld", "dager på", "dag på", "uker på", "uke på", "gitt",
    "ikke", "unntatt", "bortsett fra", "eller", "ellers", "etter blodsukker", "etter måling", "etter effekt",
)  # fmt: skip
"""Words after which nothing may be read from the text: whatever the numbers say, something here changes them."""

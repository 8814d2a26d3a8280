"""Invented Danish names for units, hospitals, wards and goods."""

from __future__ import annotations

TOWNS = (
    "Åsbjerg", "Lyngholm", "Søndervang", "Havnsø", "Egedal", "Klintby", "Østermark", "Birkelund",
    "Fjordhøj", "Rugbjerg", "Vesterskov", "Tranehede",
)  # fmt: skip
SPECIALTIES = (
    "Akutmodtagelse", "Lungemedicin", "Kardiologi", "Ortopædkirurgi", "Intensiv", "Fødegang", "Neonatal",
    "Geriatri", "Gastrokirurgi", "Urologi", "Dialyse", "Infektionsmedicin", "Neurologi", "Onkologi",
    "Dagkirurgi", "Endoskopi", "Operationsgang", "Opvågning", "Reumatologi", "Børneafsnit", "Øjenklinik",
    "Palliation", "Hæmatologi", "Karkirurgi",
)  # fmt: skip

# Name of the goods and their category; sizes and colours are added to tell variants apart.
GOODS = tuple(
    (name, category)
    for category, names in {
        "Injektion": ("Sprøjte", "Kanyle", "Sikkerhedskanyle", "Optrækskanyle"),
        "Infusion": ("Venekateter", "Infusionssæt", "Trevejshane", "Forlængerslange"),
        "Urin": ("Blærekateter", "Urinpose", "Engangskateter", "Kateterprop"),
        "Sårpleje": ("Skumforbinding", "Gazekompres", "Hydrofiber", "Fikseringstape"),
        "Beskyttelse": ("Undersøgelseshandske", "Operationshandske", "Åndedrætsværn", "Isolationskittel"),
        "Luftveje": ("Tube", "Larynxmaske", "Iltbrille", "Sugesonde"),
        "Sonder": ("Ernæringssonde", "Sondespr."),
        "Operation": ("Suturtråd", "Afdækningslagen", "Drænflaske", "Skalpel"),
        "Prøver": ("Blodprøverør", "Podepind", "Lancet"),
        "Måling": ("EKG-elektrode", "Saturationsmåler, engangs", "Termometerhætte"),
        "Stomi": ("Stomiplade", "Stomipose"),
        "Pleje": ("Bækkenindlæg", "Vaskeklud"),
    }.items()
    for name in names
)
SIZES = ("str. {}", "{} ml", "CH {}", "G {}", "{} cm", "{} mm")
COLOURS = ("", "", "", ", blå", ", grøn", ", rød", ", steril", ", lang")
PROTECTED_FOR = ("genoplivning", "beredskab", "sjælden komplikation")
OWNERS = ("overlæge", "afdelingssygeplejerske", "beredskabsleder")
CLOSED = "lukket"
EXCLUDED_FOR = ("under ombygning", CLOSED, "flyttet til anden enhed")

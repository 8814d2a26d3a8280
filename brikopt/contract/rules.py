"""The rules a row can break, in words for the person who gets the row back."""

from __future__ import annotations

from enum import Enum
from typing import Literal

Language = Literal["da", "en"]


class Rule(Enum):
    """A rule of the contract; its value is (rule, advice) in Danish, then in English.

    ``{detail}`` stands for what the row itself adds: an allowed range, another line.
    """

    OPEN_QUOTE = (
        "anførselstegn lukkes ikke",
        "Luk anførselstegnet eller fjern det i kildesystemet.",
        "a quote is opened and never closed",
        "Close the quote or remove it in the source system.",
    )
    N_FIELDS = (
        "rækken har ikke lige så mange felter som overskriften ({detail})",
        "Sæt anførselstegn om felter, der indeholder skilletegnet, og udfyld alle felter.",
        "the row has not as many fields as the header ({detail})",
        "Put quotes around fields that contain the delimiter, and write every field.",
    )
    MISSING = (
        "skal udfyldes",
        "Udfyld feltet i kildesystemet.",
        "must be filled in",
        "Fill in the cell in the source system.",
    )
    NUMBER = (
        "er ikke et tal i filens talformat (decimaltegn '{detail}')",
        "Skriv et tal med samme decimaltegn som i resten af filen.",
        "is no number in the file's format (decimal sign '{detail}')",
        "Write a number with the same decimal sign as the rest of the file.",
    )
    WHOLE = (
        "skal være et helt tal",
        "Ret til et helt antal.",
        "must be a whole number",
        "Correct it to a whole number.",
    )
    NEGATIVE = (
        "må ikke være negativ",
        "Ret til 0 eller mere.",
        "must not be negative",
        "Correct it to 0 or more.",
    )
    TOO_SMALL = (
        "skal være mindst {detail}",
        "Ret tallet, eller lad feltet stå tomt, hvis det ikke er påkrævet.",
        "must be at least {detail}",
        "Correct the number, or leave the cell empty where it is optional.",
    )
    TOO_LARGE = (
        "må højst være {detail}",
        "Ret tallet i kildesystemet.",
        "must be at most {detail}",
        "Correct the number in the source system.",
    )
    FLAG = (
        "skal være 0 eller 1",
        "Skriv 1 for ja og 0 for nej.",
        "must be 0 or 1",
        "Write 1 for yes and 0 for no.",
    )
    WORD = (
        "skal være et af ordene {detail}",
        "Ret til et af de tilladte ord.",
        "must be one of the words {detail}",
        "Correct it to one of the allowed words.",
    )
    WEEKDAYS = (
        "skal være ugedage fra 1 (mandag) til 7 adskilt af komma",
        "Skriv for eksempel 1,3,5.",
        "must be weekdays from 1 (Monday) to 7 parted by commas",
        "Write for example 1,3,5.",
    )
    DATE = (
        "er ikke en dato i kalenderen, i filens datoformat ({detail}), fra 1990 til 2199",
        "Skriv en rigtig dato i samme format som resten af filen, med bindestreger.",
        "is no date of the calendar in the file's format ({detail}), from 1990 to 2199",
        "Write a real date in the same format as the rest of the file, with hyphens.",
    )
    UNKNOWN_ID = (
        "findes ikke blandt de gyldige rækker i {detail}",
        "Ret id'et, eller tilføj rækken i {detail}.",
        "is not among the good rows of {detail}",
        "Correct the id, or add the row to {detail}.",
    )
    ALIKE_ID = (
        "findes ikke blandt de gyldige rækker i {detail}, men det gør et, der kun skiller sig ud ved nuller foran, "
        "store bogstaver eller tegn, man ikke ser",
        "Eksportér kolonnen som tekst, så id'er står ens i alle tabeller.",
        "is not among the good rows of {detail}, but one is that differs only by zeros in front, capital letters or "
        "signs that nobody sees",
        "Export the column as text, so that ids are the same in all tables.",
    )
    PERIOD = (
        "slutter, før den begynder ({detail})",
        "Ret en af de to datoer.",
        "ends before it begins ({detail})",
        "Correct one of the two dates.",
    )
    BELOW_MIN = (
        "er under min_level ({detail})",
        "Ret min_level eller max_level i kildesystemet.",
        "is below min_level ({detail})",
        "Correct min_level or max_level in the source system.",
    )
    BRIK_MISSING = (
        "skal udfyldes i et brikskab",
        "Udfyld brikmængde og antal brikker.",
        "must be filled in for a brik cabinet",
        "Fill in the units per card and the number of cards.",
    )
    BRIK_TOO_SMALL = (
        "skal være mindst 1 i et brikskab",
        "Ret tallet i kildesystemet.",
        "must be at least 1 in a brik cabinet",
        "Correct the number in the source system.",
    )
    NOT_WHOLE_PACKS = (
        "er ikke et helt antal pakninger (pakningsstørrelse {detail})",
        "Ret brikmængden til hele pakninger, eller ret varens pakningsstørrelse.",
        "is no whole number of packs (pack size {detail})",
        "Correct the units per card to whole packs, or correct the item's pack size.",
    )
    MAX_NOT_CARDS = (
        "passer ikke med antal brikker gange brikmængde ({detail})",
        "Ret niveauet eller brikkerne, så de siger det samme.",
        "does not agree with cards times units per card ({detail})",
        "Correct the level or the cards, so that they say the same.",
    )
    MIN_NOT_CARDS = (
        "passer ikke med antal brikker minus 1 gange brikmængde ({detail})",
        "Ret niveauet eller brikkerne, så de siger det samme.",
        "does not agree with one card fewer times units per card ({detail})",
        "Correct the level or the cards, so that they say the same.",
    )
    NO_OLD_LEVEL = (
        "mindst ét af felterne old_min_level, old_max_level, old_brik_qty og old_brik_count skal udfyldes",
        "Skriv, hvad der gjaldt før den dag, eller fjern rækken.",
        "at least one of old_min_level, old_max_level, old_brik_qty and old_brik_count must be filled in",
        "Write what stood before that day, or remove the row.",
    )
    RING = (
        "varer erstatter hinanden i ring",
        "Fjern erstatningen fra en af varerne i ringen.",
        "items replace each other in a ring",
        "Remove the replacement from one of the items in the ring.",
    )
    TOTAL = (
        "er en sum eller en note under tabellen",
        "Der skal ikke gøres noget; eksportér uden, hvis det er lige så let.",
        "is a total or a note under the table",
        "Nothing needs doing; export without it if that is as easy.",
    )
    REPEATED = (
        "rækken står der allerede, ens i alle kolonner",
        "Fjern gentagelsen i kildesystemet eller i eksporten; den første række bruges.",
        "the row stands there already, alike in every column",
        "Remove the repetition in the source system or the export; the first row is used.",
    )
    IMPOSSIBLE = (
        "er langt mere, end pladsen kan rumme og ellers får ({detail})",
        "Ret antallet; ofte er en stregkode scannet i feltet.",
        "is far more than the position holds and otherwise gets ({detail})",
        "Correct the quantity; often a barcode was scanned into the field.",
    )
    DUPLICATE = (
        "nøglen findes allerede på linje {detail}",
        "Fjern dubletten, eller ret nøglen; den første række bruges.",
        "the key stands on line {detail} already",
        "Remove the duplicate, or correct the key; the first row is used.",
    )

    def sentence(self, detail: str, lang: Language) -> tuple[str, str]:
        """Return rule and advice in one language, with the row's own detail put in."""
        rule, advice = self.value[:2] if lang == "da" else self.value[2:]
        return rule.replace("{detail}", detail), advice.replace("{detail}", detail)

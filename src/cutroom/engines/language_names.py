"""Languages by their tags, their names and the codes of ISO 639, as services and people write them."""

from __future__ import annotations

import re
from functools import cache

_TABLE = """
af afr Afrikaans|am amh Amharic|ar ara Arabic|as asm Assamese|az aze Azerbaijani|ba bak Bashkir
be bel Belarusian|bg bul Bulgarian|bn ben Bengali|bo bod Tibetan|br bre Breton|bs bos Bosnian
ca cat Catalan|cs ces Czech|cy cym Welsh|da dan Danish|de deu German|el ell Greek|en eng English
eo epo Esperanto|es spa Spanish|et est Estonian|eu eus Basque|fa fas Persian|fi fin Finnish
fil fil Filipino|fo fao Faroese|fr fra French|fy fry Western Frisian|ga gle Irish|gd gla Scottish Gaelic
gl glg Galician|gu guj Gujarati|ha hau Hausa|haw haw Hawaiian|he heb Hebrew|hi hin Hindi
hr hrv Croatian|ht hat Haitian Creole|hu hun Hungarian|hy hye Armenian|id ind Indonesian
ig ibo Igbo|is isl Icelandic|it ita Italian|ja jpn Japanese|jv jav Javanese|ka kat Georgian
kk kaz Kazakh|km khm Khmer|kn kan Kannada|ko kor Korean|ku kur Kurdish|ckb ckb Central Kurdish
ky kir Kyrgyz|la lat Latin|lb ltz Luxembourgish|lg lug Ganda|ln lin Lingala|lo lao Lao
lt lit Lithuanian|lv lav Latvian|mg mlg Malagasy|mi mri Maori|mk mkd Macedonian|ml mal Malayalam
mn mon Mongolian|mr mar Marathi|ms msa Malay|mt mlt Maltese|my mya Burmese|nb nob Norwegian Bokmal
ne nep Nepali|nl nld Dutch|nn nno Norwegian Nynorsk|no nor Norwegian|ny nya Chichewa|oc oci Occitan
or ori Odia|pa pan Punjabi|pl pol Polish|ps pus Pashto|pt por Portuguese|rm roh Romansh
ro ron Romanian|ru rus Russian|rw kin Kinyarwanda|sa san Sanskrit|sd snd Sindhi|si sin Sinhala
sk slk Slovak|sl slv Slovenian|sm smo Samoan|sn sna Shona|so som Somali|sq sqi Albanian
sr srp Serbian|st sot Southern Sotho|su sun Sundanese|sv swe Swedish|sw swa Swahili|ta tam Tamil
te tel Telugu|tg tgk Tajik|th tha Thai|ti tir Tigrinya|tk tuk Turkmen|tl tgl Tagalog|tn tsn Tswana
tr tur Turkish|tt tat Tatar|ug uig Uyghur|uk ukr Ukrainian|ur urd Urdu|uz uzb Uzbek|vi vie Vietnamese
wo wol Wolof|xh xho Xhosa|yi yid Yiddish|yo yor Yoruba|yue yue Cantonese|zh zho Chinese|zu zul Zulu
"""

_OTHERS = """
cmn=zh chi=zh mandarin=zh iw=he in=id ji=yi jw=jv mo=ro dut=nl fre=fr ger=de gre=el cze=cs slo=sk rum=ro
per=fa pes=fa prs=fa mac=mk may=ms zsm=ms bur=my myanmar=my arm=hy baq=eu geo=ka ice=is alb=sq als=sq wel=cy
tib=bo mao=mi arb=ar lvs=lv ekk=et npi=ne ory=or azj=az uzn=uz swh=sw khk=mn farsi=fa flemish=nl castilian=es
valencian=ca moldavian=ro moldovan=ro sinhalese=si panjabi=pa pushto=ps nynorsk=nn bokmal=nb haitian=ht
letzeburgesch=lb
"""

_SCRIPTS = {
    "Hans": "Simplified",
    "Hant": "Traditional",
    "Latn": "Latin script",
    "Cyrl": "Cyrillic script",
    "Arab": "Arabic script",
}
_REGIONS = {
    ("en", "US"): "American English",
    ("en", "GB"): "British English",
    ("en", "AU"): "Australian English",
    ("pt", "BR"): "Brazilian Portuguese",
    ("pt", "PT"): "European Portuguese",
    ("es", "419"): "Latin American Spanish",
    ("es", "ES"): "European Spanish",
    ("es", "MX"): "Mexican Spanish",
    ("fr", "CA"): "Canadian French",
    ("fr", "FR"): "European French",
    ("de", "AT"): "Austrian German",
    ("de", "CH"): "Swiss Standard German",
    ("nl", "BE"): "Flemish",
    ("zh", "CN"): "Simplified Chinese",
    ("zh", "SG"): "Simplified Chinese",
    ("zh", "TW"): "Traditional Chinese as written in Taiwan",
    ("zh", "HK"): "Traditional Chinese as written in Hong Kong",
}
_TAG = re.compile(
    r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_][a-z0-9]+)*", re.IGNORECASE
)

WITHOUT_SPACES = frozenset({"bo", "ja", "km", "lo", "my", "th", "yue", "zh"})
"""Languages that do not write spaces between words."""


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    """Return first part of the tag, code of ISO 639-2/T and name of each language."""
    return tuple(tuple(row.split(" ", 2)) for line in _TABLE.split("\n") for row in line.split("|") if row)


@cache
def _names() -> dict[str, str]:
    """Return names by the first part of a tag."""
    return {tag: name for tag, _, name in _rows()}


@cache
def _spellings() -> dict[str, str]:
    """Return first parts of tags by everything they are called, in small letters."""
    found = {spelling.lower(): row[0] for row in _rows() for spelling in row}
    others = (pair.partition("=") for pair in _OTHERS.split())
    return found | {spelling: tag for spelling, _, tag in others}


def tag_of(said: str) -> str | None:
    """Return the BCP 47 tag of a language that is named somehow: `german`, `DEU`, `de_AT`.

    Returns:
        The shortest first part, without region; None for what is no known language.
    """
    name = said.strip().lower()
    if name in _spellings():
        return _spellings()[name]
    match = _TAG.fullmatch(name)
    return _spellings().get(match[1]) if match else None


def name_of(tag: str) -> str | None:
    """Return how people call the language of a BCP 47 tag, as `Brazilian Portuguese`; None if unknown."""
    match = _TAG.fullmatch(tag.strip())
    if not match:
        return None
    primary = tag_of(match[1])
    if primary is None:
        return None
    region, script = (match[3] or "").upper(), (match[2] or "").title()
    if (primary, region) in _REGIONS and not script:
        return _REGIONS[primary, region]
    name = _names()[primary]
    if script in {"Hans", "Hant"}:
        return f"{_SCRIPTS[script]} {name}"
    return f"{name} in {_SCRIPTS[script]}" if script in _SCRIPTS else name

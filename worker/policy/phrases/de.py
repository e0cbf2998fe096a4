"""German phrases that no letter should say; ``table`` tells how a pattern is written.

The grounds are those of the AGG, paragraph 1, with what German courts have taken for a hint at
one (paragraph 22).
"""

from worker.policy.phrases import table as of

_PEOPLE = (
    r"(?:bewerber\w*|bewerbende\w*|kandidat\w*|mitbewerber\w*|interessent\w*|mitstreiter\w*)\b"
)
_TEAM = r"(?:team|\w*kultur|mannschaft|belegschaft|kollegium|teamgefüge|gruppe|truppe)\b"

TABLE = of.table({
    of.AGE: (
        r"(?:zu|sehr|noch|recht) (?:jung|alt)\b", r"ihr(?:e[mrns])? (?:\w+ )?(?:lebens)?alters?\b",
        r"im alter (?:von )?\d",
        r"(?:fortgeschritten|vorgerückt|reif|hoh)e[rnms]? (?:lebens)?alters?\b",
        r"alters(?:gruppe|struktur|grenze|gründe|gemischt|bedingt|klasse|durchschnitt)\w*",
        r"jahre alt\b", r"ihr jahrgang\b",
        r"junge[smnr]?,? (?:(?:und )?\w+,? ){0,2}(?:team|mannschaft|kollegenkreis|unternehmen)s?\b",
        r"(?:jünger|älter)e[rnms]? (?:bewerb|kandidat|kolleg|mitarbeit|arbeitnehm|person|team)\w*",
        r"jugendlich\w*", r"digital natives?\b", r"young professional\w*", r"berufsanfänger\w*",
        r"(?:rentenalter|rentennah\w*|rentner\w*|ruhestand\w*|pensionier\w*|frührent\w*)\b",
        r"(?:vor|in) (?:der|die|ihrer) (?:rente|pension)\b",
    ),
    of.FAMILY: (
        r"schwanger(?!\w*(?:beratung|vorsorge))\w*", r"(?:elternzeit|elternteilzeit|elterngeld)\b",
        r"(?:mutter|vater)schutz\w*", r"(?:mutter|vater)schaft\w*", r"familien(?:planung|stand)\w*",
        r"familiäre[rnms]? (?:situation|verpflicht|gründe|umstände|pflichten|lage)\w*",
        (r"ihre[rnms]? (?:\w+ )?(?:familie|kind|kinder|kindern|kindes|baby|ehemann|ehefrau|"
         r"partner|partnerin|kinderbetreuung)s?\b"),
        r"kleine[rn]? kinder\w*\b", r"kinderwunsch\w*", r"alleinerziehend\w*",
        r"(?:un)?verheiratet\w*", r"ledig\b", r"geschieden\w*", r"doppelbelastung\b",
        r"privat(?:en|e)? (?:situation|verpflichtung|umstände)\w*",
    ),
    of.HEALTH: (
        r"ihre[rnms]? (?:\w+ )?(?:gesundheit|gesundheitszustand\w*|krankheit\w*|erkrankung\w*)\b",
        r"gesundheitliche[rnms]? (?:\w+)", r"krankheitsbedingt\w*",
        r"(?:krankheits|fehl|krank)(?:tage|zeiten|ausfälle)\w*",
        r"krank(?:geschrieben|schreibung)\w*", r"(?:häufig|oft|lange|länger|öfter) krank\b",
        r"chronisch\w* (?:krank|erkrank|leiden)\w*",
        r"psychisch\w* (?:krank|erkrank|belast|probleme|stabil|instabil)\w*",
        r"depress(?:ion|iv)\w*", r"burn-?\s?out\b",
        r"(?:körperlich|psychisch)\w* (?:nicht )?(?:belastbar|fit|geeignet|in der lage)\w*",
    ),
    of.DISABILITY: (
        r"(?:schwer|geh|seh|hör|sprach|körper)?behinder(?:t|te|ten|ter|tes|ung|ungen)\b",
        r"grad der behinderung\b", r"gdb\b", r"schwerbehindertenausweis\w*", r"rollstuhl\w*",
        r"autis\w+", r"adhs\b", r"handicap\w*", r"gehörlos\w*", r"blindheit\b",
        r"(?:körperlich|geistig|motorisch)\w* (?:beeinträchtig|eingeschränk|einschränk)\w*",
    ),
    of.ORIGIN: (
        r"ihre[rnms]? (?:\w+ )?(?:herkunft|abstammung|heimat\w*|wurzeln|kultur|rasse)\b",
        r"ihre[rnms]? ausländisch\w* (?:\w+)",
        (r"(?:ethnisch|soziale|kulturell|regional)\w* (?:herkunft|hintergrund|wurzeln|"
         r"zugehörigkeit)\w*"),
        r"herkunftsland\w*", r"(?:migrations|flucht)hintergrund\w*", r"nationalität\w*",
        r"staatsangehörig\w*", r"staatsbürgerschaft\w*",
        r"(?:ausländer(?:in|innen|n|s)?|migrant\w*|flüchtling\w*|ossis?)\b", r"hautfarbe\w*",
        r"fremdländisch\w*", r"deutschstämmig\w*",
    ),
    of.SOUND: (
        r"ihr(?:e[mrns])? (?:\w+ )?(?:akzent|dialekt|aussprache)s?\b",
        r"(?:stark|deutlich|hörbar|ausländisch|fremd|osteuropäisch|leicht)\w* (?:akzent|dialekt)\b",
        r"(?:mit|ohne|einen) (?:akzent|dialekt)\b", r"akzentfrei\w*", r"mutter\s?sprach\w*",
        r"native[\s-]speaker\w*",
    ),
    of.BELIEF: (
        r"relig(?:ion|iös|ions)\w*", r"konfession\w*", r"ihr(?:e[mrns])? glaube(?:n|ns)?\b",
        r"weltanschau\w*", r"kopftuch\w*", r"ramadan\b", r"(?:muslim|moslem|islam)\w*",
        r"jüd(?:e|in|isch\w*)\b", r"(?:katholisch|evangelisch|christlich|hinduist|buddhist)\w*",
        r"politische[rnms]? (?:einstellung|überzeugung|ansicht|meinung|haltung|gesinnung)\w*",
        r"partei(?:mitglied|zugehörigkeit|buch)\w*",
    ),
    of.UNION: (
        r"gewerkschaft(?:lich|ler|s(?:mitglied|zugehörig|arbeit|tätig|engag))\w*",
        r"mitglied\w* (?:in )?(?:einer|der) gewerkschaft\b", r"betriebsratsmitglied\w*",
        r"ihre[rnms]? (?:\w+ )?(?:im|als) betriebsr\w+",
    ),
    of.GENDER: (
        r"ihr(?:e[mrns])? geschlechts?\b", r"geschlechts(?:zugehörig|umwandlung|identität)\w*",
        r"(?:als|eine|keine) frau\b", r"(?:als|einen|keinen|ein|kein) mann\b",
        (r"(?:männlich|weiblich)e[rnms]? (?:bewerb|kandidat|kolleg|verstärk|mitarbeit|person|"
         r"team)\w*"),
        r"(?:männer|frauen)(?:team|domäne|quote|beruf|berufe)s?\b",
        r"sexuelle[rnms]? (?:orientierung|identität|ausrichtung|neigung)\w*",
        r"(?:homo|bi|trans)(?:sexuell|sexualität|gender|ident)\w*",
        r"(?:schwul|lesbisch)e?[rnms]?\b",
    ),
    of.LOOKS: (
        (r"ihr(?:e[mrns])? (?:\w+ )?(?:aussehen|erscheinungsbild|erscheinung|äußeres|äußeren|"
         r"gewicht|frisur|haare|figur|körpergröße|kleidung|größe)s?\b"),
        r"übergewicht\w*", r"(?:tattoo|tätowier|piercing)\w*", r"ungepflegt\w*",
    ),
    of.STAND_IN: (
        r"überquali\w+", r"zu (?:hoch |gut )?(?:qualifiziert|erfahren|ausgebildet|senior)\b",
        r"zu ?viel (?:berufs)?erfahrung\b", r"(?:cultur\w*|team)[\s-]fit\b",
        r"kulturelle[rnms]? (?:passung|fit|übereinstimmung)\b", r"kulturell nicht\b",
        r"pass(?:en|t|te|ten|end\w*) (?:\w+ ){0,4}(?:ins?|zum?|zur) (?:\w+ ){0,3}" + _TEAM,
        r"(?:ins?|zum?|zur) (?:\w+ ){0,2}" + _TEAM + r" (?:\w+ ){0,2}(?:ge)?pass\w+",
        r"chemie (?:\w+ )?(?:nicht|stimmt|passt|gestimmt|gepasst)", r"bauchgefühl\w*",
        r"(?:menschlich|persönlich) (?:\w+ ){0,4}(?:gepasst|passt|passen)\b", r"stallgeruch\b",
    ),
    of.COMPARES: (
        r"(?:ander|weiter|übrig)e[rnms]? (?:\w+ ){0,2}" + _PEOPLE,
        r"(?:ander)e[rnms]? (?:\w+ )?(?:person|profile?s?|auswahl)\b", r"mitbewerber\w*",
        r"(?:besser|stärker|geeigneter|qualifizierter|erfahrener|passender)\w*,? (?:\w+ ){0,2}"
        + _PEOPLE,
        r"(?:besten?|geeignetsten?|stärksten?|am \w+sten \w+) (?:\w+ )?" + _PEOPLE,
        (r"(?:viel|zahlreich|mehrer|etlich|zahl|reihe|menge|anzahl|fülle|hundert)\w* (?:von |an "
         r")?(?:\w+ ){0,3}(?:bewerbungen|bewerber\w*|bewerbende\w*|kandidat\w*)\b"),
        r"jemand(?:en|em)? (?:ander\w*|besser\w*|mit mehr|mit größerer|dessen|deren)\b",
        r"im (?:direkten )?vergleich (?:zu|mit|zum|zur) (?:\w+ )?(?:ander|mitbewerb|rest|übrig)\w*",
        r"(?:mehr|besser|stärker|erfahrener|geeigneter) (?:[\w-]+ ){0,3}als (?:sie|ihre)\b",
        r"(?:für|zugunsten) eine[nrs]? (?:\w+ ){0,3}(?:bewerber|kandidat|mitbewerb)\w*",
    ),
    of.PROMISES: (
        (r"(?:wir|ich) (?:werden|werde) (?:\w+ ){0,8}(?:kontaktieren|anrufen|berücksichtigen|"
         r"einladen|einstellen|melden|vormerken)\b"),
        r"(?:wir melden|melden wir|ich melde) (?:uns|mich)\b",
        r"(?:wir|ich) kommen? (?:\w+ ){0,3}auf sie zu\w*", r"kommen wir (?:\w+ ){0,3}auf sie zu\w*",
        r"(?:behalten|denken) (?:\w+ ){0,3}(?:im auge|im blick|in erinnerung|an sie)\b",
        r"(?:wir|ich) (?:garantier|versprech|versicher|sicher)\w+ (?:ihnen|sie|zu)\b",
        r"garantierte[rnms]? (?:stelle|platz|einstellung|zusage)\b",
    ),
    of.AGAIN: (
        r"(?:erneut|wieder|nochmals|noch einmal|nochmal) (?:\w+ ){0,3}(?:zu )?bewerben\b",
        r"bewerben sie sich (?:\w+,? ){0,3}(?:erneut|wieder|nochmals|noch einmal|nochmal)\b",
        r"(?:erneute|weitere|neue) bewerbung (?:\w+ ){0,4}(?:freu|willkommen)\w*",
    ),
    of.KEEPS: (
        r"(?:talent|bewerber|kandidaten)[\s-]?(?:pool|datenbank|kartei)\w*", r"in evidenz\b",
        r"(?:vorgemerkt|vormerken)\b",
        (r"(?:behalten|bewahren|speichern|archivieren|heben|legen) [^.!?]{0,60}(?:bewerbung|"
         r"unterlagen|lebenslauf|profil)\b"),
        (r"(?:bewerbung|\w*unterlagen|lebenslauf|profil|daten)\b[^.!?]{0,60} (?:\w*aufbewahren|"
         r"aufzubewahren|behalten|zu behalten|archivier\w+|aufbewahrt|bei uns gespeichert)\b"),
    ),
    of.TELLS: (
        r"absage\w*", r"abgelehnt\w*", r"ablehn\w+", r"leider\b", r"bedauer\w+", r"zusage\w*",
        r"angebot\w*", r"vertragsangebot\w*", r"(?:glückwunsch|glückwünsche|gratul\w+)\b",
        r"(?:nächste|zweite|weitere)[rns]? (?:runde|stufe|schritte?|phase|gespräch)\b",
        r"einlad\w+", r"nicht (?:ausgewählt|berücksichtigt|weiter)\b",
        r"(?:er)?freu(?:en|t|lich\w*)\b", r"(?:gute|schlechte)n? nachricht\w*", r"warteliste\b",
        r"zurückgestellt\b", r"willkommen\b", r"(?:ausgewählt|eingestellt|arbeitsvertrag)\b",
        r"erfolglos\w*",
    ),
    of.CHECKED: (
        r"führungszeugnis\w*", r"(?:schufa|bonitäts?)\w*", r"vorstraf\w*", r"vorbestraft\w*",
        r"strafregister\w*", r"(?:hintergrund|sicherheits)(?:überprüfung|prüfung|check)\w*",
        r"(?:background|pre-?employment)[\s-](?:check|screening)s?\b", r"wirtschaftsauskunft\w*",
        r"ihre[rnms]? (?:schulden|verschuldung|insolvenz|kreditwürdigkeit)\b",
    ),
    of.NOTE: (
        r"(?:TODO|FIXME|XXX+|TBD|OFFEN)\b",
    ),
    of.FILLER: (
        r"lorem ipsum\b", r"(?:blind|muster|platzhalter)text\w*", r"platzhalter\b",
    ),
})  # fmt: skip

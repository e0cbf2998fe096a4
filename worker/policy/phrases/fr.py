"""French phrases that no letter should say; ``table`` tells how a pattern is written.

The grounds are those of the Code du travail, article L1132-1, among them the place where somebody
lives and the name.
"""

from worker.policy.phrases import table as of

_PEOPLE = r"(?:candidate?s?|profils?|postulante?s?|prétendante?s?)\b"

TABLE = of.table({
    of.AGE: (
        r"(?:votre|son|l'|d'un certain) ?âge\b", r"trop (?:jeunes?|âgée?s?|vieux|vieille)\b",
        r"(?:équipe|collectif|entreprise|structure|société|ambiance) (?:\w+ (?:et )?)?jeune\b",
        r"jeune (?:et \w+ )?(?:équipe|entreprise|structure|collectif)\b",
        r"(?:tranche|limite|moyenne|classe|écart|question) d'âge\b",
        r"(?:plus|moins) (?:jeunes?|âgée?s?)\b", r"(?:proche|près|âge) de la retraite\b",
        r"(?:départ|partir) (?:\w+ )?(?:à|en) la? ?retraite\b",
        r"(?:êtes|étant|soyez) (?:\w+ )?retraitée?\b", r"vos \d\d ans\b(?! d')",
        r"jeunes? diplômée?s?\b", r"digital natives?\b", r"génération [xyz]\b",
    ),
    of.FAMILY: (
        r"(?:êtes|étiez|être|serez|femmes?|tomb\w+) (?:\w+ )?enceintes?\b", r"grossesses?\b",
        r"congés? (?:de )?(?:maternité|paternité|parental|parentaux|d'adoption)\b",
        (r"vo(?:tre|s) (?:\w+ )?(?:maternité|paternité|enfants?|bébé|mari|époux|épouse|"
         r"conjointe?|famille|compagne|compagnon|femme|couple)\b"),
        r"(?:jeunes|petits) enfants?\b", r"(?:avez|ayez|avoir) (?:\w+ )?enfants?\b",
        (r"(?:vie|situation|obligations|contraintes|charges|responsabilités) (?:familiales?|de "
         r"famille|maritale|matrimoniale|privée)\b"),
        r"(?:mère|père|parent) (?:célibataire|isolée?|de famille)\b", r"célibataires?\b",
        r"divorcée?s?\b", r"vous (?:êtes|soyez|étiez) mariée?\b",
        r"(?:projets?|désir) (?:de )?(?:bébé|maternité|parental|familial|d'enfants?)\b",
        r"fonder une famille\b",
    ),
    of.HEALTH: (
        r"votre (?:état de |bonne |mauvaise )?santé\b",
        r"(?:problèmes?|raisons?|soucis|ennuis|antécédents|motifs?) (?:de santé|médica\w+)\b",
        r"arrêts? (?:de travail|maladie)\b", r"vo(?:tre|s) (?:\w+ )?maladies?\b",
        r"absences (?:répétées|fréquentes|médicales|pour maladie)\b", r"dépressi\w+\b",
        r"burn-?\s?out\b", r"(?:inapte|inaptitude|apte physiquement|physiquement apte)\b",
        r"aptitude physique\b",
    ),
    of.DISABILITY: (
        r"handicap\w*", r"invalidité\b", r"vous êtes (?:\w+ )?invalide\b", r"fauteuil roulant\b",
        r"autis\w+", r"tdah\b", r"rqth\b", r"mal-?(?:voyant|entendant)\w*",
        r"déficien\w+ (?:visuel|auditi|mental|intellectuel|moteur|motric)\w*",
        r"mobilité réduite\b",
    ),
    of.ORIGIN: (
        r"vo(?:tre|s) (?:\w+ )?(?:origines?|race|culture|pays|patronyme|ethnie)\b",
        r"origines? (?:ethniques?|étrangères?|sociales?|africaines?|maghrébines?|arabes?)\b",
        r"nationalités?\b", r"ethni(?:e|es|que|ques)\b", r"raci(?:al|ale|aux|ales)\b",
        r"couleur de (?:la |votre )?peau\b", r"pays d'origine\b", r"immigrée?s?\b",
        r"(?:candidats?|personnes?|travailleurs?|salariés?|noms?|ressortissants?) étrang\w+",
        r"votre (?:lieu de )?(?:résidence|domicile|quartier)\b", r"lieu de naissance\b",
        r"nom à consonance\b",
    ),
    of.SOUND: (
        r"votre (?:\w+ )?accent\b",
        r"(?:fort|léger|petit|sans|avec) (?:un )?accent\b(?! (?:sur|mis)\b)",
        r"accent (?:trop |très )?(?:prononcé|étranger|fort|marqué|régional)\b",
        r"langue maternelle\b", r"locut\w+ nati(?:f|fs|ve|ves)\b", r"native speakers?\b",
        r"(?:anglais|français|allemand|espagnol)e?s? nati(?:f|fs|ve|ves)\b",
    ),
    of.BELIEF: (
        r"religi(?:on|ons|eux|euse|euses)\b", r"(?:musulman|juif|juive|catholique|islam)\w*",
        r"(?:port du voile|foulard|ramadan)\b",
        r"vos (?:\w+ )?(?:convictions|croyances|opinions)\b",
        r"opinions? (?:politiques?|philosophiques?)\b", r"engagement (?:politique|religieux)\b",
    ),
    of.UNION: (
        (r"(?:activités?|engagement|appartenance|mandat|délégué\w*|passé) (?:syndica\w+|du "
         r"personnel)\b"),
        r"syndiquée?s?\b", r"syndicalistes?\b",
    ),
    of.GENDER: (
        r"(?:en tant que|comme) (?:femme|homme)\b", r"(?:une femme|un homme)\b",
        r"(?:votre|le|de) sexe\b", r"votre genre\b", r"identité (?:de genre|sexuelle)\b",
        r"(?:orientation|préférence) sexuelle\b",
        r"(?:homosexuel|lesbienne|trans(?:genre|sexuel))\w*",
        r"(?:candidat\w*|profils?|équipes?) (?:masculin|féminin)\w*",
    ),
    of.LOOKS: (
        r"(?:votre|l') ?apparence\b",
        r"votre (?:look|poids|taille|coiffure|tenue|physique|allure)\b",
        r"(?:surpoids|obèse|obésité)\b", r"vos (?:\w+ )?cheveux\b", r"(?:tatou|piercing)\w*",
    ),
    of.STAND_IN: (
        r"sur-?\s?(?:qualifi|diplôm)\w+", r"trop (?:qualifié|diplômé|expérimenté|senior)\w*",
        r"trop d'(?:expérience|ancienneté)\b",
        r"(?:adéquation|compatibilité|affinité) culturelle\b", r"(?:fit|adéquat) culturel\w*",
        r"cultur(?:e|al) fit\b", r"feeling\b", r"esprit (?:maison|de la maison)\b",
        (r"(?:vous|ne) (?:vous )?(?:intégr|adapt|fond|trouv)\w+ (?:\w+ ){0,3}(?:à|dans) (?:notre "
         r"|l'|la )(?:\w+ )?équipe\b"),
        (r"(?:correspond|cadr|coll|accord|adéquation|phase|compatible|adhér)\w* (?:\w+ ){0,3}"
         r"(?:à|avec) (?:notre |l'|la |nos )(?:\w+ )?(?:culture|équipe|esprit|adn|valeurs)\b"),
    ),
    of.COMPARES: (
        r"(?:d'|les |des |aux |nos )autres (?:\w+ ){0,2}" + _PEOPLE,
        r"d'autres (?:\w+ )?candidatures (?:\w+ )?(?:correspond|répond|étaient|ont|plus|mieux)\w*",
        r"une? autre (?:\w+ )?(?:candidat\w*|profil|postulant\w*)\b",
        r"une autre personne (?:avec|qui|dont|ayant|plus|mieux)\b",
        r"(?:meilleure?s?|plus \w+) (?:candidat|profil)\w*",
        r"(?:candidat\w*|profils?|personne) (?:\w+ )?(?:plus|mieux|meilleur)\w*",
        (r"(?:nombreu(?:x|ses)|plusieurs|beaucoup de|grand nombre de|volume de|nombre de) (?:\w+ "
         r"){0,2}(?:candidat\w*|profils|postulant\w*)\b"),
        r"quelqu'un (?:d'autre|de plus|de mieux|dont|ayant|avec plus)\b",
        r"(?:par rapport|comparée?|comparaison) (?:aux|avec les|à d') ?autres\b",
        r"plus (?:\w+ ){1,3}que (?:vous|le vôtre|la vôtre)\b",
        (r"(?:retenu|choisi|sélectionné|privilégié) (?:une?|des|le|la) (?:\w+ )?(?:candidat|"
         r"profil)\w*"),
    ),
    of.PROMISES: (
        (r"nous (?:ne manquerons pas de )?(?:vous )?(?:\w+ )?(?:re)?(?:contacter|appeller|"
         r"rappeller|inviter|embaucher|recruter|garder)(?:ons|ai)?\b"),
        r"nous (?:re)?(?:viendrons|reprendrons|prendrons) (?:\w+ )?(?:vers vous|contact)\b",
        r"nous vous (?:rappelerons|promettons|garantissons|assurons)\b",
        r"nous (?:garantissons|promettons)\b", r"poste (?:vous est |est )?(?:garanti|assuré)\b",
        r"nous (?:penserons|songerons) à vous\b",
    ),
    of.AGAIN: (
        (r"(?:invit|encourag|incit|conseill)\w+ (?:vivement )?(?:à|de) (?:re-?postuler|postuler "
         r"(?:à|de) nouveau|renouveler votre candidature|représenter votre candidature)\b"),
        r"(?:re-?postuler|postuler (?:à|de) nouveau)\b",
    ),
    of.KEEPS: (
        r"viviers?\b", r"(?:cvthèque|base de candidat\w*)\b",
        (r"(?:conserv|gard|archiv)\w+ (?:\w+ ){0,3}(?:votre|vos) (?:\w+ )?(?:cv|candidature|"
         r"dossier|profil|coordonnées)\b"),
        r"(?:cv|candidature|dossier|profil|coordonnées)\b[^.!?]{0,60} (?:conserv|archiv)\w+\b",
        r"(?:votre|vos)\b[^.!?]{0,60} dans notre (?:\w+ )?(?:base|fichier)\b",
    ),
    of.TELLS: (
        r"refus\w*", r"rejet\w*", r"malheureusement\b", r"regret\w*", r"désolée?s?\b",
        r"(?:non|pas) (?:été )?(?:retenue?|sélectionnée?)\b", r"offre\b", r"proposition\b",
        r"promesse\b", r"félicit\w+", r"bravo\b", r"(?:bonne|mauvaise)s? nouvelles?\b",
        r"(?:prochain|deuxième|second)e? (?:étape|entretien|tour)\b", r"étape suivante\b",
        r"en attente\b", r"bienvenue\b", r"invit\w+", r"(?:ravi|heureu)\w+", r"retenue?\b",
        r"embauch\w+", r"réponse (?:négative|positive|défavorable|favorable)\b",
    ),
    of.CHECKED: (
        r"casier (?:judiciaire|vierge)\b", r"antécédents (?:judiciaires|criminels|pénaux)\b",
        (r"(?:vérification|enquête|contrôle) (?:des |de vos |d')?(?:antécédents|références de "
         r"crédit|moralité|honorabilité|sécurité)\b"),
        r"(?:rapport|dossier|cote|enquête|vérification) de (?:crédit|solvabilité)\b",
        r"(?:background check|interdit bancaire|surendett\w+)\b", r"vos (?:dettes|condamnations)\b",
        r"condamnation pénale\b",
    ),
    of.NOTE: (
        r"(?:TODO|FIXME|XXX+|TBD)\b",
    ),
    of.FILLER: (
        r"lorem ipsum\b", r"(?:texte )?à compléter\b", r"faux texte\b",
    ),
})  # fmt: skip

"""English phrases that no letter should say; ``table`` tells how a pattern is written."""

from worker.policy.phrases import table as of

TABLE = of.table({
    of.AGE: (
        r"(?:too|so|very|rather) (?:young|old)\b", r"(?:your|of|by) age\b", r"years old\b",
        r"age (?:group|range|limit)\b", r"young (?:and \w+ )?team\b", r"youthful\b",
        r"digital native", r"retire(?:d|ment)\b", r"recent graduate",
    ),
    of.FAMILY: (
        r"pregnan\w+", r"(?:maternity|paternity|parental) leave\b", r"marital\b",
        r"(?:un)?married\b", r"divorced\b", r"single (?:mother|father|parent|mum|mom)\b",
        r"your (?:\w+ )?(?:kids?|child|children|childcare|baby|family|husband|wife|spouse)\b",
        r"(?:have|having|small|young) (?:kids|children)\b", r"start(?:ing)? a family\b",
        r"family (?:situation|status|plans?|planning|commitments?|obligations?|circumstances)\b",
    ),
    of.HEALTH: (
        r"your (?:\w+ )?(?:health|illness|sickness)\b", r"sick (?:leave|days?)\b",
        r"(?:health|medical) (?:condition|reasons?|issues?|problems?|history|leave)\b",
        r"physically (?:un)?(?:fit|able)\b", r"depress(?:ed|ion)\b",
    ),
    of.DISABILITY: (
        r"disab(?:led|ility|ilities)\b", r"handicap\w*", r"wheelchair", r"autis\w+", r"adhd\b",
        r"(?:hearing|visual|speech|mobility) impair\w+",
    ),
    of.ORIGIN: (
        r"nationalit(?:y|ies)\b", r"ethnic\w*", r"racial\b", r"your race\b", r"foreigners?\b",
        r"immigra(?:nts?|tion)\b", r"country of (?:origin|birth)\b", r"skin colou?r\b",
        r"(?:foreign|cultural|migrant|migration|immigrant|religious|social) background\b",
        r"your (?:origin|heritage|culture|country)\b",
    ),
    of.SOUND: (
        (r"(?:your|strong|heavy|thick|slight|foreign|regional|[a-z]+(?:ish|ian|an|ese)) "
         r"accents?\b(?! on\b)"),
        r"(?:with|without|have|has|had|hear) an accent\b(?! on\b)",
        r"native[\s-](?:speakers?|level|english|german|french|spanish)\b", r"mother tongue\b",
    ),
    of.BELIEF: (
        r"religio(?:n|ns|us)\b", r"(?:muslim|islam|jew|jewish|hindu|buddhist|catholic|atheist)s?\b",
        r"(?:headscarf|hijab|turban)\b", r"political (?:views?|opinions?|beliefs?)\b",
    ),
    of.UNION: (
        r"trade union", r"union member",
    ),
    of.GENDER: (
        r"your (?:gender|sex)\b", r"gender\b(?! (?:studies|research|equality|pay))",
        r"(?:as|being|want|wanted|need|needed|prefer|preferred) a (?:wo)?man\b",
        r"(?:fe)?male (?:candidate|applicant|colleague|team|employee)s?\b", r"sexual orientation\b",
        r"(?:transgender|lesbian|gay|homosexual)\b",
    ),
    of.LOOKS: (
        r"your (?:appearance|looks|weight|tattoos?|hair|hairstyle)\b", r"overweight\b",
    ),
    of.STAND_IN: (
        r"cultur(?:e|al|ally)[\s-](?:fit|match)\b", r"over[\s-]?qualified\b", r"team fit\b",
        r"fit (?:in|into|in with|with|for) (?:our|the) (?:\w+ )?(?:culture|team)\b",
        r"too (?:senior|experienced|qualified)\b", r"too much experience\b",
    ),
    of.COMPARES: (
        r"(?:other|another|different) (?:\w+ ){0,2}(?:candidate|applicant)s?\b",
        r"(?:stronger|better|best|more [\w-]+|most [\w-]+) (?:candidates|applicants)\b",
        r"(?:best|most [\w-]+) (?:candidate|applicant)\b",
        r"(?:stronger|better|more [\w-]+) (?:candidate|applicant) (?:was|has|had|who|with)\b",
        (r"(?:chose|chosen|selected|hired|found|picked|with) an? (?:\w+ ){1,2}(?:candidate|"
         r"applicant)\b"),
        r"(?:many|several|numerous|pool of|number of) (?:\w+[\s-]){0,3}(?:candidates|applicants)\b",
        (r"(?:received|had|have|got|from|among) (?:\w+ )?(?:many|several|numerous|number of) "
         r"(?:\w+[\s-])?applications\b"),
        r"(?:someone|somebody) (?:else|better|more|whose|with more)\b",
        r"(?:compared|relative) (?:to|with) (?:the )?others?\b",
        r"(?:more|better|stronger) (?:[\w-]+ ){0,3}than (?:you|yours)\b",
    ),
    of.PROMISES: (
        r"we(?:'ll| will| shall) (?:\w+ )?(?:consider|contact|call|invite|hire) you\b",
        r"we(?:'ll| will| shall) (?:\w+ )?(?:be in touch|get back|reach out)\b",
        r"keep(?:ing)? (?:you|your [\w\s]{1,30}?) in mind\b", r"(?:we|i) (?:can )?guarantee\b",
        r"guaranteed an?\s",
    ),
    of.AGAIN: (
        r"(?:encourage|invite|urge) you to (?:re-?apply|apply again)\b",
    ),
    of.KEEPS: (
        (r"(?:keep|keeps|kept|hold|held|retain\w*|remains?|stays?|leave|stored?)\b[^.!?]{0,60} "
         r"on (?:file|record|our books)\b"),
        (r"(?:keep|keeps|kept|add|added|put|stored?|save|retain\w*)\b[^.!?]{0,60} our (?:\w+ "
         r")?(?:pool|database|records)\b"),
    ),
    of.TELLS: (
        r"reject\w*", r"unfortunately\b", r"regret\w*", r"sorry\b", r"declin\w+", r"unsuccessful\b",
        r"not (?:been )?(?:selected|successful|moving)\b", r"(?:job )?offer(?:s|ed)?\b",
        r"congratulat\w+", r"next (?:round|step|stage|interview)s?\b", r"(?:good|bad) news\b",
        r"on hold\b", r"welcome (?:aboard|to)\b", r"you(?:'re| are) hired\b", r"invit\w+",
        r"pleased\b", r"selected\b",
    ),
    of.CHECKED: (
        r"background[\s-](?:check|screening|investigation|report|verification)s?\b",
        r"consumer reports?\b", r"credit (?:report|check|bureau)s?\b",
        r"your (?:bankruptcy|debts?|credit (?:history|rating|score))\b",
        r"(?:criminal|police|arrest) (?:record|history|background|conviction|check)s?\b",
        r"(?:dbs|drug) (?:check|test)\b", r"fcra\b", r"(?:pre-?\s?)?adverse[\s_-]action\b",
    ),
    of.NOTE: (
        r"(?:TODO|FIXME|XXX+|TBD)\b",
    ),
    of.FILLER: (
        r"lorem ipsum\b",
    ),
})  # fmt: skip

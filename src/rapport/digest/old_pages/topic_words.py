"""What texts say that speaks for a topic without naming it, by the topic's key: “less likely to drop out”.

Patterns for a text that is folded (small letters, no accents), in English and in French. A topic of a network that has
another key is found by its names alone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_THERAPY: Final = r"(?:the |their |this |your )?(?:therapy|therapies|treatments?|psychotherapy)"
_THERAPIE: Final = r"(?:la |leur |une |sa )?(?:therapies?|psychotherapies?)|(?:le |leur |un |son |du )?traitements?"
_SO_MANY: Final = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|several|\d{1,2})"
_TANT: Final = r"(?:un|une|deux|trois|quatre|cinq|six|dix|plusieurs|\d{1,2})"
_MANY_MONTHS: Final = r"(?:six|nine|twelve|eighteen|twenty-four|6|9|1[0-9]|[2-9][0-9])"
_MEDICATION: Final = r"(?:medications?|pharmacotherapy|antidepressants?)"
_OF_THERAPISTS: Final = (
    r"(?:effects?|differences?|variability|characteristics|variables|factors|skills?|competence|experience|"
    r"self-doubt|burnout|exhaustion|qualities|empathy|interpersonal skills)"
)

TOPIC_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "adherence": (r"treatment (?:fidelity|integrity)", r"fidelite au (?:traitement|protocole)"),
    "alliance": (
        r"(?:working|therapy) relationships?", r"(?:alliance )?ruptures?", r"goal consensus",
        r"ruptures? de l['’]alliance",
    ),
    "anxiety": (
        r"(?:social|generali[sz]ed) anxiety", r"panic(?: disorder)?", r"phobi(?:as?|c)", r"obsessive[- ]compulsive",
        r"anxiete (?:sociale|generalisee)", r"phobies?", r"trouble panique",
    ),
    "cbt": (
        r"cognitive[- ]behaviou?r(?:al)? (?:treatments?|interventions?|psychotherap(?:y|ies)|therap(?:y|ies))",
        r"cognitivo-comportementales?",
    ),
    "client-factors": (
        r"(?:client|patient)s?['’]? (?:characteristics|variables|predictors|expectations?)",
        r"outcome expectations?", r"(?:racial|ethnic|cultural) (?:identit(?:y|ies)|minorit(?:y|ies))",
        r"microaggressions?", r"caracteristiques des (?:client|patient|personne)\w*", r"identites? culturelles?",
    ),
    "client-preferences": (r"preferences?", r"preferred (?:treatment|therapy)", r"shared decisions?"),
    "combination-therapy": (
        rf"combin\w+ (?:[\w-]+ ){{0,3}}(?:with|and|plus) (?:[\w-]+ ){{0,2}}{_MEDICATION}",
        rf"{_MEDICATION} (?:combined|together) with",
        r"associ\w+ a des (?:medicaments|antidepresseurs)",
    ),
    "common-factors": (r"non-?specific factors", r"outcome expectations?", r"facteurs non specifiques"),
    "cost-effectiveness": (r"economic evaluations?", r"cost-effective", r"evaluations? economiques?"),
    "deterioration": (
        r"deteriorat(?:ed?|es|ing)", r"(?:got|get|getting|became) worse", r"negative effects", r"deterior(?:e|ent|es)",
        r"effets negatifs",
    ),
    "drop-out": (
        r"drop(?:s|ped|ping)?[- ]?out(?: of)?", r"prematurely (?:terminated|ended|left)",
        r"(?:premature|early|unilateral) (?:termination|ending)",
        rf"(?:leav(?:e|es|ing)|left|quit|quitting|discontinu\w+|stopped) {_THERAPY}",
        r"(?:leav(?:e|es|ing)|left|ended|stopped) (?:early|prematurely)", r"non-?complet(?:ion|ers?)",
        rf"(?:stay(?:ed|ing)?|remain(?:ed|ing)?|retention) in {_THERAPY}", r"treatment (?:discontinuation|retention)",
        r"no-shows?", r"missed (?:sessions?|appointments?)",
        r"abandonn\w+", r"(?:interruption|fin|arret) (?:prematuree?|precoce|unilaterale?)",
        rf"(?:quitt(?:e|er|ent|ant)|interromp\w+|arret(?:e|er|ent)) (?:{_THERAPIE})",
        r"(?:seances manquees|rendez-vous manques)",
    ),
    "efficacy": (
        r"(?<!self-)(?<!cost-)efficac(?:y|ious)", r"(?:as|more|less) (?:effective|efficacious)(?: as| than)",
        r"(?:compared (?:with|to)|versus|vs\.?) (?:an? )?(?:wait(?:ing|-?)[- ]?lists?|usual care|treatment as usual)",
        r"non-?inferior(?:ity)?", r"(?:aussi|plus|moins) efficaces?", r"efficacite des (?:therapies|traitements)",
    ),
    "empathy": (r"empath(?:ic|ically|etic)", r"empathiques?"),
    "feedback": (
        r"(?:routine )?outcome monitoring", r"measurement-based care", r"suivi des (?:progres|resultats)",
    ),
    "group-psychotherapy": (
        r"group (?:treatments?|formats?|cohesion|interventions?|members?)",
        r"(?:individual|group) (?:or|and|versus|vs\.?) (?:group|individual)(?: \w+)?",
        r"(?:therapies|traitements?) (?:de|en) groupe",
        r"(?:individuelle?s?|groupe) (?:ou|et) (?:en |de )?(?:groupe|individuelle?s?)",
    ),
    "length-and-frequency": (
        r"(?:once|twice)(?: a week|[- ]weekly)", r"(?:session frequency|frequency of (?:sessions|treatment))",
        r"number of sessions", r"(?:length|duration) of (?:therapy|treatment|psychotherapy)",
        r"dose-(?:response|effect)",
        r"open-ended", r"(?:une|deux) (?:fois|seances?) par semaine", r"(?:frequence|nombre) (?:des|de) seances",
    ),
    "long-term-outcomes": (
        r"long[- ]term (?:follow[- ]?ups?|outcomes?|effects?|efficacy|effectiveness|results|benefits|course)",
        rf"{_SO_MANY}[- ]years? (?:later|on|after (?:treatment|therapy|the end)|follow[- ]?ups?)",
        rf"{_MANY_MONTHS}[- ]months? (?:later|after (?:treatment|therapy|the end)|follow[- ]?ups?)",
        r"relapses?", r"(?:gains|effects|improvements?|results) (?:was|were|are) (?:largely )?(?:maintained|sustained)",
        r"a long terme",
        rf"{_TANT} (?:ans?|annees?) (?:plus tard|apres (?:la fin|le traitement|la therapie))",
        r"(?:suivi (?:de|a|d['’])\s?(?:un an|\d{1,2} (?:mois|ans)))", r"rechutes?",
    ),
    "medical-comorbidities": (
        r"(?:physical|medical|chronic) (?:illness(?:es)?|diseases?|conditions?|disorders?)", r"physically ill",
        r"maladies? (?:physiques?|chroniques?)",
    ),
    "medication": (r"antidepressants?", r"antidepresseurs?"),
    "neuroscience": (r"neuro-?imaging", r"fmri", r"brain (?:imaging|activity|activation|changes?)", r"neuro-?imagerie"),
    "personality-disorders": (r"borderline (?:personality|patients?|clients?)",),
    "practice-research": (
        r"routine (?:clinical )?(?:care|practice|services?)", r"(?:everyday|day-to-day|naturalistic) (?:clinical )?"
        r"(?:practice|care|settings?)", r"practice[- ]based", r"pratique (?:courante|quotidienne)",
    ),
    "psychodynamic-therapy": (r"psychodynamic", r"psychoanalytic", r"psychodynamiques?"),
    "resistance": (r"reactan(?:t|ce)", r"resistan(?:t|ce) (?:clients?|patients?)"),
    "self-reflection": (
        r"self-doubt", r"self-(?:compassion|insight|affiliation)", r"doute (?:de soi|professionnel)",
        r"bienveillance envers (?:soi|eux)", r"auto-?compassion",
    ),
    "suicide-and-crisis": (r"suicid(?:al|ality)", r"self-(?:harm|injury)", r"suicidaires?", r"automutilations?"),
    "termination": (
        # “at the end of therapy” is when something was measured.
        rf"(?<!at )(?<!by )(?<!after )(?<!since )(?<!until )(?<!till )(?<!to )(?<!from )the end of {_THERAPY}",
        rf"(?:ends?|ended|ending|terminat(?:e|es|ed|ing)) {_THERAPY}", rf"endings? of {_THERAPY}",
        r"(?:mettre|met|mettent|mis) fin a (?:la |leur )?(?:therapie|psychotherapie)",
    ),
    "therapist-factors": (
        rf"therapists?['’]? (?:[\w-]+ )?{_OF_THERAPISTS}",
        r"(?:differences?|variability|variance|gap|differ\w*) (?:between|among|across|from) therapists(?! and)",
        r"therapists (?:differ\w*|var(?:y|ied))", r"which therapists", r"facilitative interpersonal skills",
        r"effets? (?:des? |du )?therapeutes?", r"differences? entre (?:les )?therapeutes",
        r"(?:habiletes|competences?|caracteristiques|experience) des therapeutes",
    ),
    "training": (r"(?:clinical )?supervision", r"trainees?", r"deliberate practice", r"stagiaires?"),
    "trauma": (r"post-?traumatic", r"post-?traumatique"),
}  # fmt: skip

# What a text tells in one sentence and is about all the same: a single place counts as two.
TOLD_ONCE: Final = frozenset(
    {"combination-therapy", "drop-out", "long-term-outcomes", "practice-research", "suicide-and-crisis", "termination"}
)


@lru_cache(maxsize=128)
def topic_pattern(key: str) -> re.Pattern[str] | None:
    """What is looked for beside the topic's names; None for a topic that is found by its names alone."""
    words = TOPIC_WORDS.get(key)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?!\w)") if words else None

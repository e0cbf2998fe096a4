"""Spanish phrases that no letter should say; ``table`` tells how a pattern is written.

The grounds are those of the Estatuto de los Trabajadores, article 17, and of Ley 15/2022, article
2; the words of Latin America stand beside those of Spain.
"""

from worker.policy.phrases import table as of

_PEOPLE = r"(?:candidat[oa]s?|postulantes?|aspirantes?|solicitantes?|perfil(?:es)?)\b"

TABLE = of.table({
    of.AGE: (
        r"su edad\b", r"(?:demasiado|muy|tan) (?:joven|mayor|viej[oa])(?:es|s)?\b",
        r"(?:equipo|plantilla|empresa|ambiente) (?:\w+ (?:y )?)?joven\b",
        r"joven (?:y \w+ )?equipo\b",
        r"(?:alguien|personas?|perfil(?:es)?|gente) (?:más |tan )?(?:joven|mayor)(?:es)?\b",
        r"(?:rango|grupo|límite|franja|cuestión) de edad\b", r"años de edad\b",
        r"(?:pre)?jubila\w+", r"recién (?:graduad|titulad|licenciad|egresad)\w+",
        r"nativ[oa]s? digital(?:es)?\b", r"digital natives?\b", r"sus \d\d años\b(?! de)",
        r"mayor(?:es)? de \d\d\b",
    ),
    of.FAMILY: (
        r"embaraz(?:ada|adas|o|os)\b",
        (r"(?:baja|permiso|licencia|descanso) (?:por|de) (?:maternidad|paternidad|nacimiento|"
         r"lactancia)\b"),
        r"su (?:maternidad|paternidad)\b", r"(?:baja maternal|permiso parental)\b",
        r"estado civil\b", r"(?:está|estar|estás|esté|ser|es) (?:casad|solter|divorciad)[oa]\b",
        r"divorciad[oa]s?\b", r"(?:madre|padre) (?:soltero|soltera|de familia)\b",
        r"sus? (?:\w+ )?(?:hij[oa]s?|familia|marido|mujer|espos[oa]|pareja|bebé|niñ[oa]s)\b",
        r"(?:tiene|tenga|tener|con) (?:\w+ )?hij[oa]s\b",
        (r"(?:situación|cargas?|responsabilidades|vida|planes|obligaciones|conciliación) "
         r"familiar(?:es)?\b"),
        r"(?:formar una familia|quedarse embarazada)\b",
    ),
    of.HEALTH: (
        r"su (?:estado de )?salud\b",
        r"(?:problemas?|motivos?|razones|historial) (?:de salud|médic[oa]s?)\b",
        r"bajas? (?:médicas?|laborales|laboral|por enfermedad)\b",
        r"incapacidad (?:temporal|laboral)\b", r"sus? (?:\w+ )?enfermedad(?:es)?\b",
        r"depresi(?:ón|v[oa])\b",
        r"(?:físicamente (?:no )?apt[oa]|aptitud física|condición física|forma física)\b",
    ),
    of.DISABILITY: (
        r"discapacit\w+", r"discapacidad\w*", r"minusv[aá]l\w+", r"invalidez\b",
        r"silla de ruedas\b", r"autis\w+", r"tdah\b",
        r"(?:diversidad funcional|movilidad reducida)\b", r"personas? (?:sord|cieg)[oa]s?\b",
    ),
    of.ORIGIN: (
        r"nacionalidad\w*",
        r"su (?:\w+ de )?(?:origen|procedencia|raza|etnia|cultura|país|apellido)\b",
        r"país de (?:origen|nacimiento)\b", r"lugar de nacimiento\b", r"(?:étnic[oa]s?|etnias?)\b",
        r"raciales?\b", r"racial\b", r"(?:ser|por) extranjer[oa]\b",
        r"(?:personas?|candidat[oa]s?|trabajador[ae]s?|nombre|apellidos?) extranjer[oa]s?\b",
        r"inmigrantes?\b", r"color de (?:la |su )?piel\b", r"gitan[oa]s?\b", r"indígenas?\b",
    ),
    of.SOUND: (
        r"su (?:\w+ )?acento\b", r"acento (?:\w+ )?(?:marcado|extranjero|fuerte|latino|andaluz)\b",
        r"(?:con|sin|tiene) (?:mucho |un )?acento\b(?! en\b)", r"(?:lengua|idioma) matern[oa]\b",
        r"hablantes? nativ[oa]s?\b", r"native speakers?\b",
        r"(?:inglés|español|alemán|francés|nivel) nativ[oa]\b",
    ),
    of.BELIEF: (
        r"religi(?:ón|ones|os[oa]s?)\b", r"(?:musulm[aá]n\w*|islam\w*|judí[oa]s?|ate[oa]s?)\b",
        r"(?<!universidad )católic[oa]s?\b", r"(?:velo|hiyab|pañuelo islámico)\b",
        r"sus (?:\w+ )?(?:creencias|convicciones|ideas)\b", r"ideolog\w+ polític\w+",
        r"(?:opiniones|opinión|ideas|ideología) polític[oa]s?\b",
    ),
    of.UNION: (
        r"(?:afiliación|actividad|labor|enlace|delegad[oa]|pasado) sindical\b", r"sindicad[oa]s?\b",
        r"sindicalistas?\b", r"afiliad[oa] a (?:un|algún) sindicato\b",
    ),
    of.GENDER: (
        r"(?:como|por ser|ser) (?:mujer|hombre)\b", r"(?:una mujer|un hombre)\b",
        r"su (?:sexo|género)\b", r"(?:identidad de género|orientación sexual)\b",
        r"(?:homosexual|lesbiana|transexual|transgénero)\w*", r"gays?\b",
        r"(?:candidat[oa]s?|equipo|perfil|sexo|personal) (?:masculin|femenin)[oa]s?\b",
    ),
    of.LOOKS: (
        (r"su (?:aspecto|apariencia|imagen|físico|peso|estatura|altura|pelo|cabello|peinado|"
         r"vestimenta)\b"),
        r"(?:aspecto|apariencia|presencia) físic[oa]\b", r"buena presencia\b",
        r"(?:sobrepeso|obes[oa]|obesidad)\b", r"(?:tatuaj|piercing)\w*",
    ),
    of.STAND_IN: (
        r"sobre-?\s?(?:cualific|calific|prepara|capacita)\w+",
        r"demasiad[oa] (?:cualificad|calificad|preparad|sénior|experiencia|experimentad)\w*",
        r"exceso de (?:experiencia|cualificación|formación)\b",
        r"(?:encaj\w+|ajuste|afinidad|fit) cultural\w*", r"cultur(?:e|al) fit\b",
        (r"(?:encaj|integr|adapt)\w+ (?:\w+ ){0,2}(?:en|con|a) (?:el |la |nuestr[oa] |al "
         r")?(?:\w+ )?(?:equipo|cultura|plantilla|ambiente)\b"),
        r"(?:feeling|química)\b(?! \w+ica)",
    ),
    of.COMPARES: (
        r"otr[oa]s? (?:\w+ ){0,2}" + _PEOPLE, r"otras? personas? (?:con|que|más|cuy|mejor)\w*",
        r"(?:demás|resto de) (?:l[oa]s )?" + _PEOPLE, r"(?:mejor|mejores) (?:candidat|perfil)\w*",
        r"(?:candidat|perfil|person)\w* (?:\w+ )?(?:más|mejor|con mayor|mejores)\b",
        (r"(?:much|numeros|vari|gran número de|gran cantidad de|elevado número de)\w* (?:\w+ "
         r"){0,2}(?:candidat[oa]s?|candidaturas|postulantes|aspirantes|perfiles)\b"),
        r"alguien (?:más|mejor|cuy|con más|con mayor)\w*",
        r"(?:en comparación con|comparad[oa] con|frente a) (?:\w+ )?(?:otr|demás|rest)\w*",
        r"más (?:\w+ ){1,3}que (?:usted|la suya|el suyo)\b",
        (r"(?:elegido|seleccionado|escogido|optado por|contratado) (?:a )?(?:un|una|otr[oa]) "
         r"(?:\w+ )?(?:candidat|person|perfil)\w*"),
    ),
    of.PROMISES: (
        r"(?:le|lo|la) (?:volveremos a )?(?:contactar|llamar|invitar|contratar|avisar)(?:emos)?\b",
        r"(?:le|lo|la) (?:tendremos|tendré) en cuenta\b", r"tendremos (?:\w+ ){1,3}en cuenta\b",
        r"nos pondremos en contacto\b", r"(?:le )?(?:garantizamos|prometemos|aseguramos)\b",
        r"puesto (?:está )?garantizado\b", r"contaremos con usted\b",
    ),
    of.AGAIN: (
        (r"(?:anim|invit|alent)\w+ (?:\w+ )?a (?:volver a )?(?:presentar|postular|inscribi|"
         r"solicitar)\w*"),
        r"(?:vuelva a (?:presentar|postular)|postular de nuevo|presentarse de nuevo)\w*",
    ),
    of.KEEPS: (
        r"bolsa de (?:empleo|trabajo|talento|candidat[oa]s)\b", r"(?:banco|reserva) de talentos?\b",
        r"base de (?:datos de )?candidat[oa]s\b", r"en nuestra base de datos\b",
        (r"(?:conserv|guard|manten|archiv)\w+ (?:\w+ ){0,2}su (?:\w+ )?(?:cv|currículum|"
         r"currículo|candidatura|perfil|solicitud|expediente)\b"),
        (r"su (?:\w+ )?(?:cv|currículum|currículo|candidatura|perfil)\b[^.!?]{0,60} (?:archiv|"
         r"conserv|guard)\w+"),
    ),
    of.TELLS: (
        r"rechaz\w+", r"lament\w+", r"sentimos\b", r"desafortunadamente\b", r"descartad[oa]\b",
        r"no (?:ha sido |ha resultado )?seleccionad[oa]\b", r"oferta\b", r"enhorabuena\b",
        r"felici\w+", r"(?:siguiente|próxim[oa]|segunda) (?:fase|ronda|paso|entrevista|etapa)\b",
        r"(?:buenas|malas) noticias\b", r"en espera\b", r"bienvenid[oa]\b", r"invit\w+",
        r"seleccionad[oa]\b", r"contratad[oa]\b", r"(?:nos complace|nos alegra)\b",
        r"denegad[oa]\b",
    ),
    of.CHECKED: (
        r"antecedentes (?:penales|policiales|judiciales|crediticios|laborales)\b",
        r"(?:verificación|revisión|comprobación|investigación) de (?:sus )?antecedentes\b",
        r"(?:informe|historial|reporte|buró) (?:de crédito|crediticio|de solvencia|de consumo)\b",
        r"(?:background check|lista de morosos|morosidad|asnef)\b", r"sus (?:deudas|condenas)\b",
    ),
    of.NOTE: (
        r"(?:TODO|FIXME|XXX+|TBD|PENDIENTE)\b",
    ),
    of.FILLER: (
        r"lorem ipsum\b", r"(?:texto )?(?:por|a) (?:completar|rellenar)\b", r"texto de relleno\b",
    ),
})  # fmt: skip

-- id: I11
-- title: Reinnleggelse innen 30 dager, ikke justert
-- unit: andel av avsluttede opphold
-- population: pasienter 67 år eller eldre i en av de elleve gruppene, der 30 dager er gått
-- counts: øyeblikkelig hjelp ved samme eller et annet sykehus mellom 8 timer og 30 dager etter utskrivningen
-- leaves out: nytt opphold før 8 timer (samme forløp), planlagte opphold; hastegrad som ikke er kjent er ukjent
-- source: nasjonal kvalitetsindikator, FHI og Helsedirektoratet; her uten risikojustering
-- warning: Reinnleggelse kan være god behandling, for eksempel ved langtkommen kreft. Gruppene er vår avgrensning.
-- version: 1
WITH again AS (
    SELECT stays.id, bool_or((later.facts->>'acute')::boolean) AS acute,
        bool_or(later.id IS NOT NULL AND later.facts->>'acute' IS NULL) AS unclear
    FROM stays LEFT JOIN every_stay AS later
        ON later.person = stays.person AND later.id <> stays.id
        AND later.began >= stays.ended + interval '8 hours' AND later.began <= stays.ended + interval '30 days'
    WHERE (stays.facts->>'age')::int >= 67 AND stays.facts->>'readmission_group' IS NOT NULL
        AND NOT (stays.facts->>'dead')::boolean AND stays.ended + interval '30 days' < :as_of
    GROUP BY stays.id
)
SELECT id AS stay, '' AS part, COALESCE(acute, false) AS hit, COALESCE(acute, false) OR NOT unclear AS counts,
    unclear AND NOT COALESCE(acute, false) AS unknown, NULL::numeric AS value
FROM again

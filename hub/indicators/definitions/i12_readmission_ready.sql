-- id: I12
-- title: Reinnleggelse etter opphold som utskrivningsklar
-- unit: andel av avsluttede opphold
-- population: opphold der pasienten var meldt utskrivningsklar, der 30 dager er gått
-- counts: øyeblikkelig hjelp 1 til 30 dager etter utskrivningen
-- leaves out: planlagte opphold; hastegrad som ikke er kjent er ukjent
-- source: Helsedirektoratet, utskrivningsklare pasienter
-- warning: Må ikke blandes med I11; de to definisjonene gir to tall.
-- version: 1
WITH again AS (
    SELECT stays.id, bool_or((later.facts->>'acute')::boolean) AS acute,
        bool_or(later.id IS NOT NULL AND later.facts->>'acute' IS NULL) AS unclear
    FROM stays LEFT JOIN every_stay AS later
        ON later.person = stays.person AND later.id <> stays.id
        AND later.began >= stays.ended + interval '1 day' AND later.began <= stays.ended + interval '30 days'
    WHERE jsonb_array_length(stays.facts->'readiness') > 0
        AND NOT (stays.facts->>'dead')::boolean AND stays.ended + interval '30 days' < :as_of
    GROUP BY stays.id
)
SELECT id AS stay, '' AS part, COALESCE(acute, false) AS hit, COALESCE(acute, false) OR NOT unclear AS counts,
    unclear AND NOT COALESCE(acute, false) AS unknown, NULL::numeric AS value
FROM again

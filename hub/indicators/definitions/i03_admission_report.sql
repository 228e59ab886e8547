-- id: I3
-- title: Innleggelsesrapport mottatt
-- unit: andel av avsluttede opphold
-- population: opphold der kommunen fikk melding om innleggelsen, det vil si der tjenester var kjent
-- counts: rapporten er sendt; i egen rad at den er sendt innen 24 timer
-- leaves out: opphold som tok slutt før fristen uten rapport
-- value: timer fra innleggelse til rapport
-- source: HIS 1143, samarbeidsavtale
-- version: 1
WITH report AS (
    SELECT stays.id, duty->>'verdict' AS verdict, (duty->>'done')::timestamptz AS done,
        CASE WHEN facts->>'admitted' LIKE '%T%' THEN (facts->>'admitted')::timestamptz END AS admitted
    FROM stays CROSS JOIN jsonb_array_elements(stays.facts->'duties') AS duty
    WHERE duty->>'duty' = 'innleggelsesrapport'
)
SELECT id AS stay, 'mottatt' AS part, done IS NOT NULL AS hit, verdict IN ('met', 'late', 'missing') AS counts,
    verdict = 'unknown' AS unknown, round(extract(epoch FROM done - admitted) / 3600, 2) AS value
FROM report
UNION ALL
SELECT id, 'innen 24 timer', verdict = 'met', verdict IN ('met', 'late', 'missing'), verdict = 'unknown', NULL
FROM report

-- id: I1
-- title: Tidlig varsel innen 24 timer
-- unit: andel av avsluttede opphold
-- population: opphold der sykehuset skulle varsle kommunen
-- counts: dommen over plikten er «oppfylt», også der klokken gikk fra behovet ble klart; i egen rad bare varsler som er
-- sendt innen 24 timer etter innleggelsen, av dem som er sendt
-- leaves out: ikke aktuelle og ventende; ukjente vises ved siden av
-- source: forskrift 18.11.2011 nr. 1115 §§ 7-8
-- version: 1
WITH notice AS (
    SELECT stays.id, duty->>'verdict' AS verdict, duty->>'reason' AS reason, duty->>'done' IS NOT NULL AS sent
    FROM stays CROSS JOIN jsonb_array_elements(stays.facts->'duties') AS duty
    WHERE duty->>'duty' = 'tidlig-varsel'
)
SELECT id AS stay, 'av alle' AS part, verdict = 'met' AS hit, verdict IN ('met', 'late', 'missing') AS counts,
    verdict = 'unknown' AS unknown, NULL::numeric AS value
FROM notice
UNION ALL
SELECT id, 'av sendte, fra innleggelsen', verdict = 'met' AND reason <> 'clock-shifted-assumed', sent,
    sent AND verdict = 'unknown', NULL
FROM notice WHERE sent

-- id: I13
-- title: Epikrise innen 1 dag og 7 dager
-- unit: andel av avsluttede opphold
-- population: avsluttede opphold der 7 dager er gått eller epikrisen er sendt
-- counts: epikrisen er sendt innen dagen etter utskrivning; i egen rad innen 7 dager
-- leaves out: opphold som tok slutt ved død
-- value: dager fra utskrivning til epikrise
-- source: Helsedirektoratets epikrisetid; definisjonene ble endret i 2025, dette er vår
-- version: 1
WITH letter AS (
    SELECT stays.id, (stays.ended AT TIME ZONE 'Europe/Oslo')::date AS left_on,
        (min((message->>'sent')::timestamptz) AT TIME ZONE 'Europe/Oslo')::date AS sent_on
    FROM stays LEFT JOIN LATERAL jsonb_array_elements(stays.facts->'messages') AS message
        ON message->>'type' = 'EPIKRISE'
    WHERE NOT (stays.facts->>'dead')::boolean
    GROUP BY stays.id, stays.ended
)
SELECT id AS stay, 'innen 1 dag' AS part, COALESCE(sent_on <= left_on + 1, false) AS hit,
    sent_on IS NOT NULL OR left_on + 7 < (:as_of AT TIME ZONE 'Europe/Oslo')::date AS counts, false AS unknown,
    sent_on - left_on AS value
FROM letter
UNION ALL
SELECT id, 'innen 7 dager', COALESCE(sent_on <= left_on + 7, false),
    sent_on IS NOT NULL OR left_on + 7 < (:as_of AT TIME ZONE 'Europe/Oslo')::date, false, NULL
FROM letter

-- id: I6
-- title: Kommunens svartid
-- unit: andel av meldinger om utskrivningsklar pasient
-- population: slike meldinger i avsluttede opphold, der svar var aktuelt
-- counts: første svar kom samme dag
-- leaves out: ikke aktuelle og ventende
-- value: minutter fra meldingen til første svar
-- source: forskrift 18.11.2011 nr. 1115 § 11; «straks» har ikke noe tall
-- version: 1
SELECT stays.id AS stay, '' AS part, duty->>'verdict' = 'met' AS hit,
    duty->>'verdict' IN ('met', 'late', 'missing') AS counts, duty->>'verdict' = 'unknown' AS unknown,
    (readiness->>'answer_minutes')::numeric AS value
FROM stays
CROSS JOIN jsonb_array_elements(stays.facts->'readiness') WITH ORDINALITY AS told(readiness, number)
CROSS JOIN jsonb_array_elements(stays.facts->'duties') AS duty
WHERE duty->>'duty' = 'kommune-beslutning' AND (duty->>'number')::int = told.number

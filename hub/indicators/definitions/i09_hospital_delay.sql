-- id: I9
-- title: Opphold etter at kommunen hadde et tilbud
-- unit: andel av avsluttede opphold
-- population: opphold der kommunen har sagt når et tilbud var klart
-- counts: pasienten dro en dag eller mer etter det
-- leaves out: opphold uten kodet svar fra kommunen
-- value: dager
-- source: forskrift 18.11.2011 nr. 1115 §§ 11-12
-- version: 1
SELECT id AS stay, '' AS part, (facts->'pay'->>'hospital_delay_days')::numeric > 0 AS hit,
    facts->'pay'->>'state' <> 'unknown' AS counts, facts->'pay'->>'state' = 'unknown' AS unknown,
    (facts->'pay'->>'hospital_delay_days')::numeric AS value
FROM stays
WHERE (facts->'pay'->>'offered')::boolean

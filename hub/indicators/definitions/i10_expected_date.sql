-- id: I10
-- title: Forventet og faktisk dato for utskrivningsklar
-- unit: andel av avsluttede opphold
-- population: opphold med forventet dato og senere melding om utskrivningsklar pasient
-- counts: datoen traff
-- leaves out: opphold uten forventet dato, blant dem alle med PLO 1.5
-- value: dager etter (pluss) eller før (minus) forventet dato; avvik uten fortegn; antall endringer
-- source: HIS 1144
-- version: 1
WITH forecast AS (
    SELECT id, (facts->'expected'->>'first_off')::numeric AS first, (facts->'expected'->>'last_off')::numeric AS last,
        (facts->'expected'->>'changes')::numeric AS changes
    FROM stays WHERE facts->'expected'->>'first_off' IS NOT NULL
)
SELECT id AS stay, 'første dato' AS part, first = 0 AS hit, true AS counts, false AS unknown, first AS value
FROM forecast
UNION ALL SELECT id, 'siste dato', last = 0, true, false, last FROM forecast
UNION ALL SELECT id, 'første dato, uten fortegn', first = 0, true, false, abs(first) FROM forecast
UNION ALL SELECT id, 'siste dato, uten fortegn', last = 0, true, false, abs(last) FROM forecast
UNION ALL SELECT id, 'antall endringer', changes > 0, true, false, changes FROM forecast

-- id: I7
-- title: Fra meldt utskrivningsklar til utskrevet
-- unit: andel av avsluttede opphold
-- population: opphold som var meldt utskrivningsklare da pasienten dro
-- counts: pasienten ble en dag eller mer
-- leaves out: avmeldte og døde
-- value: dager; i egen rad timer, der begge tidspunkter har klokkeslett
-- source: forskrift 18.11.2011 nr. 1115 § 10; Helsedirektoratets tall for utskrivningsklare
-- version: 1
WITH waited AS (
    SELECT stays.id, (readiness->>'days')::numeric AS days, (readiness->>'hours')::numeric AS hours
    FROM stays CROSS JOIN jsonb_array_elements(stays.facts->'readiness') AS readiness
    WHERE readiness->>'end' = 'left'
)
SELECT id AS stay, 'dager' AS part, days > 0 AS hit, days >= 0 AS counts, days IS NULL OR days < 0 AS unknown,
    days AS value
FROM waited
UNION ALL
SELECT id, 'timer', false, hours >= 0, hours IS NULL OR hours < 0, hours FROM waited

-- id: I21
-- title: Meldinger som ikke er mottatt
-- unit: andel av sendte meldinger
-- population: gjeldende meldinger i avsluttede opphold, etter type
-- counts: avvist av mottakeren, eller uten kvittering etter 96 timer
-- leaves out: meldinger der kvitteringen fortsatt kan komme
-- source: HIS 80415:2012
-- version: 1
SELECT stays.id AS stay, message->>'type' AS part,
    message->>'delivery' = 'rejected' OR (message->>'receipt_due')::timestamptz < :as_of AS hit,
    message->>'delivery' IN ('confirmed', 'rejected') OR (message->>'receipt_due')::timestamptz < :as_of AS counts,
    false AS unknown, NULL::numeric AS value
FROM stays CROSS JOIN jsonb_array_elements(stays.facts->'messages') AS message

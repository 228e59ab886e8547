-- What every indicator reads, and how its units become cells. `:definition`, `:groups` and `:cube` are put in by
-- hub.indicators.compute: the indicator's SELECT, the columns to group by, and all totals over them.
WITH every_stay AS NOT MATERIALIZED (
    SELECT id, lane AS person, COALESCE(NULLIF(municipality, ''), 'ukjent') AS municipality,
        COALESCE(NULLIF(hospital, ''), 'ukjent') AS hospital, ward AS unit_of_hospital, began, ended, is_open, facts
    FROM stay
), stays AS NOT MATERIALIZED (
    SELECT * FROM every_stay WHERE ended >= :start AND ended < :stop
), unit AS (
    :definition
)
SELECT unit.part AS part, :groups
    count(*) FILTER (WHERE unit.counts AND unit.hit) AS numerator,
    count(*) FILTER (WHERE unit.counts) AS denominator,
    count(*) FILTER (WHERE unit.unknown) AS unknown,
    count(unit.value) FILTER (WHERE unit.counts) AS valued,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY unit.value) FILTER (WHERE unit.counts) AS median,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY unit.value) FILTER (WHERE unit.counts) AS p90,
    avg(unit.value) FILTER (WHERE unit.counts) AS mean,
    sum(unit.value) FILTER (WHERE unit.counts) AS total
FROM unit JOIN every_stay ON every_stay.id = unit.stay
WHERE unit.counts OR unit.unknown
GROUP BY unit.part, :cube
ORDER BY unit.part

"""How much memory and time a yearly IPLOS file takes, person by person.

``python bench/iplos.py [--megabytes 500]`` prints JSON. The file is synthetic and made on the way; each record goes
through the reader, the checks and the dump, as on its way into the log. A database is not part of this.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import measuring

sys.path.insert(0, str(Path(__file__).parents[1]))

from adapters.municipal import iplos_adapter
from hub.contract import Raw, Rejection
from mappings.documents import dump

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<i:IPLOS xmlns:i="http://www.npr.no/xmlstds/iplos/2018" versjon="3.5">'
    "<i:INNHINFO><i:iiInnhType>P</i:iiInnhType><i:iiKomnr>9999</i:iiKomnr><i:iiBydelsnr>00</i:iiBydelsnr>"
    "<i:iiKontakt><i:Type>1</i:Type><i:Navn>Test</i:Navn><i:Telefon>1</i:Telefon><i:Epost>a@example.org</i:Epost>"
    "</i:iiKontakt><i:iiKontakt><i:Type>2</i:Type><i:Navn>Test</i:Navn><i:Telefon>1</i:Telefon>"
    "<i:Epost>a@example.org</i:Epost></i:iiKontakt><i:iiFraDato>20250101</i:iiFraDato>"
    "<i:iiTilDato>20251231</i:iiTilDato><i:iiLagetDato>20260105</i:iiLagetDato><i:iiSysID>BENCH</i:iiSysID>"
    "<i:iiSysVersjon>1</i:iiSysVersjon><i:iiLopenr>bench</i:iiLopenr></i:INNHINFO>\n"
)
TAIL = "</i:IPLOS>\n"


def record(number: int) -> str:
    """A person with seventeen scores in two years, three services and two diagnoses: what is usual."""
    scores = "".join(
        f'<i:FUNKSJON fnPeID="{number}" fnFnID="{variable * 10 + year}"><i:fnFunkType>{variable}</i:fnFunkType>'
        f"<i:fnFunkVerdi>{1 + (number + variable + year) % 5}</i:fnFunkVerdi><i:fnFraDato>202{year}0301</i:fnFraDato>"
        f"<i:fnTilDato>99991231</i:fnTilDato></i:FUNKSJON>"
        for variable in range(1, 18)
        for year in (4, 5)
    )
    services = "".join(
        f'<i:TJENESTE tjPeID="{number}" tjTjID="{kind}" tjVeID="{number % 90 + kind}" tjVeNrID="1">'
        f"<i:tjTjenType>{kind}</i:tjTjenType><i:tjVedtDato>20230401</i:tjVedtDato><i:tjVedtak>1</i:tjVedtak>"
        f"<i:tjTimerUke>7.50</i:tjTimerUke><i:tjInstOrgnr>314000021</i:tjInstOrgnr><i:tjFraDato>20230401</i:tjFraDato>"
        "</i:TJENESTE>"
        for kind in (1, 15, 20)
    )
    diagnoses = "".join(
        f'<i:DIAGNOSE diPeID="{number}" diDiID="{place}"><i:diKodeVersjon>ICPC-2</i:diKodeVersjon><i:diDiagKode>{code}'
        "</i:diDiagKode><i:diFraDato>20230401</i:diFraDato><i:diTilDato>99991231</i:diTilDato></i:DIAGNOSE>"
        for place, code in enumerate(("K77", "P70"), start=1)
    )
    return (
        f'<i:PERSON pePeID="{number}"><i:peAlder>87</i:peAlder><i:peKjonn>K</i:peKjonn><i:peKomnr>9999</i:peKomnr>'
        "<i:peBydelsnr>00</i:peBydelsnr><i:peFraDato>20230401</i:peFraDato><i:peEndrDato>20251120</i:peEndrDato>"
        f"{scores}{services}{diagnoses}</i:PERSON>\n"
    )


def write(path: Path, megabytes: float) -> int:
    """A file of about this size; how many persons are in it."""
    written, persons = 0, 0
    with path.open("w", encoding="utf-8") as file:
        written += file.write(HEAD)
        while written < megabytes * 1_000_000:
            persons += 1
            written += file.write(record(persons))
        file.write(TAIL)
    return persons


def measured(path: Path) -> Iterator[tuple[bool, int]]:
    """Whether each record is accepted, and how many bytes it takes in the log."""
    received = datetime(2026, 1, 6, tzinfo=UTC)
    for body in iplos_adapter.stream(path):
        outcome = iplos_adapter.read(Raw(body=body, received=received))
        yield not isinstance(outcome, Rejection), 0 if isinstance(outcome, Rejection) else len(dump(outcome))


def main() -> None:
    """Write the file, read it, and print what it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--megabytes", type=float, default=500)
    megabytes = asked.parse_args().megabytes
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "iplos.xml"
        persons = write(path, megabytes)
        size, began, spent = path.stat().st_size, time.perf_counter(), time.process_time()
        accepted = sum(well for well, _ in measured(path))
        seconds, cpu = time.perf_counter() - began, time.process_time() - spent
    measuring.report(
        "iplos",
        bytes=size,
        persons=persons,
        accepted=accepted,
        seconds=round(seconds, 2),
        cpu_seconds=round(cpu, 2),
        megabytes_per_cpu_second=round(size / 1_000_000 / cpu, 2),
        persons_per_cpu_second=round(persons / cpu),
        peak_memory_mb=round(measuring.peak_megabytes(), 1),
    )


if __name__ == "__main__":
    main()

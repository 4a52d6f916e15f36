"""Real tables that the benchmarks train on; they lie beside the checkout and are no part of it."""

from functools import cache
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
LATE = "late"
AFTER_DEPARTURE = ("dep_time", "hour", "minute", "dep_delay", "arr_time", "arr_delay", "air_time")


class Absent(Exception):
    """A file that is not there; the rows that need it are skipped, with this as the reason."""


def path(name: str, folder: Path = SHARED) -> Path:
    """Where a file of the shared data is.

    Raises:
        Absent: if it is not there.
    """
    file = folder / name
    if not file.exists():
        raise Absent(f"there is no {name} under {folder}")
    return file


def titanic() -> pl.DataFrame:
    """891 passengers; target "Survived"."""
    return pl.read_csv(ROOT / "examples" / "data" / "titanic.csv")


@cache
def adult(folder: Path = SHARED) -> pl.DataFrame:
    """48,842 people of the 1994 census; target "label", HTML-escaped; "?" is missing."""
    return pl.read_csv(path("adult/adult.csv.gz", folder), separator="\t")


@cache
def california(folder: Path = SHARED) -> pl.DataFrame:
    """20,640 block groups; target "median_house_value"."""
    return pl.read_csv(path("california_housing/housing.csv.gz", folder))


@cache
def raw_flights(folder: Path = SHARED) -> pl.DataFrame:
    """Flights that arrived, as recorded, with target "late": more than 15 minutes."""
    flights = pl.read_parquet(path("nycflights13/flights.parquet", folder)).filter(pl.col("arr_delay").is_not_null())
    return flights.with_columns((pl.col("arr_delay") > 15).alias(LATE)).drop("arr_delay")


@cache
def flights(folder: Path = SHARED) -> pl.DataFrame:
    """Flights that arrived, in time order, with what was known before departure, the weather and the plane."""
    table = pl.read_parquet(path("nycflights13/flights.parquet", folder)).filter(pl.col("arr_delay").is_not_null())
    left = pl.col("dep_time") // 100 * 60 + pl.col("dep_time") % 100
    scheduled = (left - pl.col("dep_delay")) % 1440  # minutes since midnight
    day = pl.date("year", "month", "day").cast(pl.Datetime)
    known = table.with_columns(
        (day + pl.duration(minutes=scheduled)).alias("scheduled"),
        (pl.col("arr_delay") > 15).alias(LATE),
        (scheduled // 60).alias("weather_hour"),
    ).drop(AFTER_DEPARTURE)
    place = ["origin", "year", "month", "day", "weather_hour"]
    joined = known.join(_weather(folder), on=place, how="left").join(_planes(folder), on="tailnum", how="left")
    return joined.sort("scheduled", maintain_order=True).drop("year", "weather_hour")


def by_time(table: pl.DataFrame, share: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split a table that is in time order: the last `share` of the rows is held out."""
    cut = round(table.height * (1 - share))
    return table[:cut], table[cut:]


def _weather(folder: Path) -> pl.DataFrame:
    weather = pl.read_csv(path("nycflights13/weather.csv.gz", folder), null_values="NA", infer_schema_length=None)
    key = [pl.col(name).cast(pl.Int32) for name in ("year", "month", "day")]
    table = weather.with_columns(*key, pl.col("hour").cast(pl.Int32).alias("weather_hour")).drop("hour", "time_hour")
    return table.unique(["origin", "year", "month", "day", "weather_hour"], keep="first", maintain_order=True)


def _planes(folder: Path) -> pl.DataFrame:
    planes = pl.read_csv(path("nycflights13/planes.csv", folder), null_values="NA", infer_schema_length=None)
    return planes.rename({"year": "plane_year"})

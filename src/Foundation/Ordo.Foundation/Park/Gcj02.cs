namespace Ordo.Foundation.Park;

/// <summary>
/// The shifted coordinates of Chinese maps (GCJ-02, 火星坐标) and WGS-84. The shift has no published standard; this is the generally known formula, reported to agree with
/// shifted maps to a few metres, which is the accuracy of every place that was declared as GCJ-02. Outside a box around China (72.004…137.8347° E, 0.8293…55.8271° N)
/// nothing is shifted. Pure.
/// </summary>
public static class Gcj02
{
    /// <summary>Half major axis in metres and squared eccentricity of the ellipsoid of Krasovsky 1940, on which the formula stands.</summary>
    private const double SemiMajorAxis = 6_378_245.0, EccentricitySquared = 0.00669342162296594323;
    private const int MaxRounds = 30;

    /// <param name="longitude">WGS-84, degrees.</param>
    /// <param name="latitude">WGS-84, degrees.</param>
    public static (double Longitude, double Latitude) FromWgs84(double longitude, double latitude)
    {
        if (IsOutside(longitude, latitude)) return (longitude, latitude);
        var (east, north) = Shift(longitude, latitude);
        return (longitude + east, latitude + north);
    }

    /// <summary>By iteration: the shift changes so slowly that each round leaves less than a hundredth of the error before it.</summary>
    /// <param name="longitude">GCJ-02, degrees.</param>
    /// <param name="latitude">GCJ-02, degrees.</param>
    public static (double Longitude, double Latitude) ToWgs84(double longitude, double latitude)
    {
        if (IsOutside(longitude, latitude)) return (longitude, latitude);
        double x = longitude, y = latitude;
        for (int round = 0; round < MaxRounds; round++)
        {
            var (east, north) = Shift(x, y);
            double errorX = longitude - (x + east), errorY = latitude - (y + north);
            (x, y) = (x + errorX, y + errorY);
            if (Math.Abs(errorX) < 1e-11 && Math.Abs(errorY) < 1e-11) break;
        }
        return (x, y);
    }

    private static bool IsOutside(double longitude, double latitude) => longitude is not (>= 72.004 and <= 137.8347) || latitude is not (>= 0.8293 and <= 55.8271);

    private static (double East, double North) Shift(double longitude, double latitude)
    {
        double x = longitude - 105, y = latitude - 35;
        double waves = ((20 * Math.Sin(6 * Math.PI * x)) + (20 * Math.Sin(2 * Math.PI * x))) * 2 / 3;
        double north = -100 + (2 * x) + (3 * y) + (0.2 * y * y) + (0.1 * x * y) + (0.2 * Math.Sqrt(Math.Abs(x))) + waves
            + (((20 * Math.Sin(Math.PI * y)) + (40 * Math.Sin(Math.PI / 3 * y))) * 2 / 3) + (((160 * Math.Sin(Math.PI / 12 * y)) + (320 * Math.Sin(Math.PI / 30 * y))) * 2 / 3);
        double east = 300 + x + (2 * y) + (0.1 * x * x) + (0.1 * x * y) + (0.1 * Math.Sqrt(Math.Abs(x))) + waves
            + (((20 * Math.Sin(Math.PI * x)) + (40 * Math.Sin(Math.PI / 3 * x))) * 2 / 3) + (((150 * Math.Sin(Math.PI / 12 * x)) + (300 * Math.Sin(Math.PI / 30 * x))) * 2 / 3);

        // Metres on the ellipsoid at this latitude, as degrees.
        double latitudeRad = latitude / 180 * Math.PI, sine = Math.Sin(latitudeRad), curve = 1 - (EccentricitySquared * sine * sine), root = Math.Sqrt(curve);
        double metresNorth = SemiMajorAxis * (1 - EccentricitySquared) / (curve * root) * Math.PI / 180, metresEast = SemiMajorAxis / root * Math.Cos(latitudeRad) * Math.PI / 180;
        return (east / metresEast, north / metresNorth);
    }
}

using System.Globalization;

namespace Ordo.Simulator;

/// <summary>Ways in which field devices go wrong.</summary>
public enum Fault
{
    /// <summary>The connection breaks in the middle of a message.</summary>
    Drop,

    /// <summary>A message is held back and sent after later ones.</summary>
    Late,

    /// <summary>A message is damaged on its way.</summary>
    Crc,

    /// <summary>A message is sent twice.</summary>
    Duplicate,

    /// <summary>The device's clock is wrong by up to ten minutes, until the platform sets it.</summary>
    Skew,
}

/// <summary>Decides when a device goes wrong: per message with the given probability, always the same for the same seed and device.</summary>
public sealed class Misbehaviour(IReadOnlyDictionary<Fault, double> probabilities, int seed)
{
    /// <summary>Probability of a fault named without a figure.</summary>
    public const double DefaultProbability = 0.02;

    public static readonly Misbehaviour None = new(new Dictionary<Fault, double>(), 0);

    private readonly Random random = new(seed);

    public bool Happens(Fault fault) => probabilities.TryGetValue(fault, out double probability) && random.NextDouble() < probability;

    /// <summary>The error of a clock whose device has the fault <see cref="Fault.Skew"/>: ±10 min in whole seconds; otherwise zero.</summary>
    public TimeSpan ClockError() => Happens(Fault.Skew) ? TimeSpan.FromSeconds(random.Next(-600, 601)) : TimeSpan.Zero;

    /// <summary>The same faults with the device's own, reproducible dice.</summary>
    public Misbehaviour Of(string device) => new(probabilities, device.Aggregate(seed, (hash, c) => unchecked(hash * 31 + c)));

    /// <summary>Reads <c>drop,late=0.05,crc=0.01</c>.</summary>
    /// <exception cref="FormatException">A fault is unknown or a probability is not within 0 … 1.</exception>
    public static Misbehaviour Parse(string text, int seed)
    {
        Dictionary<Fault, double> probabilities = [];
        foreach (string item in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = item.Split('=', 2);
            double probability = DefaultProbability;
            if (!Enum.TryParse(parts[0], ignoreCase: true, out Fault fault) || !Enum.IsDefined(fault) || char.IsDigit(parts[0][0]))
                throw new FormatException($"Unknown misbehaviour '{parts[0]}'; known are drop, late, crc, duplicate, skew.");
            if (parts.Length == 2 && (!double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out probability) || probability is not (>= 0 and <= 1)))
                throw new FormatException($"The probability of '{parts[0]}' must be within 0 … 1, is '{parts[1]}'.");
            probabilities[fault] = probability;
        }
        return new(probabilities, seed);
    }
}

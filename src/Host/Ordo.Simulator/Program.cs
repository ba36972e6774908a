namespace Ordo.Simulator;

/// <summary>Field devices that speak the real protocols.</summary>
public static class Program
{
    public static void Main()
    {
    }
}
